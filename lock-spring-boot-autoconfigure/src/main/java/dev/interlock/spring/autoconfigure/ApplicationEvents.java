package dev.interlock.spring.autoconfigure;

import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Publishes what happens to locks as application events. What is frequent is published only if somebody listens for just
 * that, so that nobody pays for it unasked, and on a way of its own, so that it cannot crowd out what is rare.
 */
final class ApplicationEvents implements SmartLifecycle {

    private static final Set<Class<? extends LockEvent>> FREQUENT = Set.of(
            LockEvent.Acquired.class,
            LockEvent.Released.class,
            LockEvent.Downgraded.class,
            LockEvent.Contended.class,
            LockEvent.OperationStarted.class,
            LockEvent.OperationConflict.class,
            LockEvent.OperationRetried.class,
            LockEvent.OperationCompleted.class);

    private final InterlockManager locks;
    private final ApplicationContext context;
    private boolean connected;
    private volatile boolean running;

    ApplicationEvents(InterlockManager locks, ApplicationContext context) {
        this.locks = locks;
        this.context = context;
    }

    /** Only now are all application listeners known. */
    @Override
    public void start() {
        running = true;
        if (!connected) {
            connected = true;
            connect();
        }
    }

    private void connect() {
        locks.listen(new Rare());
        Set<Class<? extends LockEvent>> asked =
                FREQUENT.stream().filter(this::isAskedFor).collect(Collectors.toUnmodifiableSet());
        if (!asked.isEmpty()) {
            locks.listen(new Frequent(asked));
        }
    }

    private boolean isAskedFor(Class<? extends LockEvent> type) {
        return Stream.<@Nullable ApplicationContext>iterate(context, each -> each != null, each -> each.getParent())
                .filter(AbstractApplicationContext.class::isInstance)
                .flatMap(each -> ((AbstractApplicationContext) each).getApplicationListeners().stream())
                .anyMatch(listener -> supports(listener, type) && !supports(listener, Object.class));
    }

    private static boolean supports(ApplicationListener<?> listener, Class<?> payload) {
        GenericApplicationListener generic = listener instanceof GenericApplicationListener able
                ? able
                : new GenericApplicationListenerAdapter(listener);
        return generic.supportsEventType(ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class, payload));
    }

    private void publish(LockEvent event) {
        if (running) {
            context.publishEvent(event);
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Starts first and stops last: before anybody locks, and after all have been told of the end. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    /** What happens now and then. */
    private final class Rare implements LockListener {

        @Override
        public void onEvent(LockEvent event) {
            publish(event);
        }

        @Override
        public boolean wants(Class<? extends LockEvent> type) {
            return !FREQUENT.contains(type);
        }
    }

    /** What happens all the time, as far as it is asked for. */
    private final class Frequent implements LockListener {

        private final Set<Class<? extends LockEvent>> asked;

        Frequent(Set<Class<? extends LockEvent>> asked) {
            this.asked = asked;
        }

        @Override
        public void onEvent(LockEvent event) {
            publish(event);
        }

        @Override
        public boolean wants(Class<? extends LockEvent> type) {
            return asked.contains(type);
        }
    }
}
