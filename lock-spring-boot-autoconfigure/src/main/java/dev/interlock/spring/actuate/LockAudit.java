package dev.interlock.spring.actuate;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import dev.interlock.monitor.LockHolder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Keeps record of interventions. Forced releases are heard of from the lock manager, at the side, so that all are recorded
 * wherever they come from, one record for each hold that was taken away. A manager of another make tells nothing, so the
 * endpoint says itself what it did.
 */
final class LockAudit {

    static final String FORCE_RELEASED = "LOCK_FORCE_RELEASED";
    static final String STATISTICS_RESET = "LOCK_STATISTICS_RESET";
    private static final String ACTUATOR = "actuator";

    private final ApplicationEventPublisher publisher;
    private final boolean hears;

    LockAudit(LockManager locks, ApplicationEventPublisher publisher) {
        this.publisher = publisher;
        this.hears = locks instanceof InterlockManager;
        if (locks instanceof InterlockManager telling) {
            telling.listen(new Releases());
        }
    }

    /** Who is named where nobody has signed in. */
    static String who(@Nullable String principal) {
        return principal == null || principal.isBlank() ? ACTUATOR : principal;
    }

    /** Records what the endpoint took away, unless that is heard of anyway. */
    void endpointReleased(List<LockHolder> evicted, String who, String why) {
        if (!hears) {
            evicted.forEach(each -> record(new LockEvent.ForceReleased(
                    each.resource(),
                    each.mode(),
                    each.owner(),
                    each.acquiredAt().plus(each.heldFor()),
                    each.fencingToken(),
                    each.heldFor(),
                    who,
                    why)));
        }
    }

    void statisticsReset(String who, @Nullable String resource) {
        Map<String, Object> data = resource == null ? Map.of() : Map.of("resource", resource);
        publish(new AuditEvent(who, STATISTICS_RESET, data));
    }

    private void record(LockEvent.ForceReleased taken) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("resource", taken.resource());
        data.put("reason", taken.why());
        data.put("owner", taken.owner().name());
        data.put("mode", taken.mode().name());
        data.put("fencingToken", taken.fencingToken());
        data.put("heldMs", taken.held().toMillis());
        publish(new AuditEvent(taken.at(), taken.who(), FORCE_RELEASED, data));
    }

    private void publish(AuditEvent event) {
        publisher.publishEvent(new AuditApplicationEvent(event));
    }

    /** Hears of forced releases and of nothing else, so that it costs nothing. */
    private final class Releases implements LockListener {

        @Override
        public boolean wants(Class<? extends LockEvent> type) {
            return type == LockEvent.ForceReleased.class;
        }

        @Override
        public void onEvent(LockEvent event) {
            if (event instanceof LockEvent.ForceReleased taken) {
                record(taken);
            }
        }
    }
}
