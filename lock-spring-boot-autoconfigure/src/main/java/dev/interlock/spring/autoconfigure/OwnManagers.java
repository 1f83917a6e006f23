package dev.interlock.spring.autoconfigure;

import dev.interlock.LockManager;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;

/** Says what does not happen where an application brings lock managers of its own, because nothing else would tell. */
final class OwnManagers implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(OwnManagers.class);

    private final ListableBeanFactory beans;
    private final Environment environment;

    OwnManagers(ListableBeanFactory beans, Environment environment) {
        this.beans = beans;
        this.environment = environment;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> managers = Stream.of(beans.getBeanNamesForType(LockManager.class, true, false))
                .sorted()
                .toList();
        if (beans.getBeanNamesForType(LockBackends.class, true, false).length > 0) {
            return;
        }
        List<String> ignored = SettingsWithoutEffect.onAnOwnManager(environment);
        if (!ignored.isEmpty()) {
            log.warn(
                    "Without effect: {}. The application brings its own LockManager ({}), which is built without these"
                            + " properties; set them on its builder, or leave the bean out",
                    String.join(", ", ignored),
                    String.join(", ", managers));
        }
        if (managers.size() > 1 && beans.getBeanProvider(LockManager.class).getIfUnique() == null) {
            log.warn(
                    "There are several LockManager beans ({}) and none is primary: there are no endpoints, no health and no"
                            + " meters of them, and annotated methods fail. Make one @Primary",
                    String.join(", ", managers));
        }
    }
}
