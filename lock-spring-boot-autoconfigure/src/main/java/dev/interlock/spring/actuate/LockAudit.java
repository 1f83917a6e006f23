package dev.interlock.spring.actuate;

import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Keeps record of interventions. Forced releases are heard of from the lock manager, at the side, so that all are recorded
 * wherever they come from; one for each hold that was taken away.
 */
final class LockAudit implements LockListener {

    static final String FORCE_RELEASED = "LOCK_FORCE_RELEASED";
    static final String STATISTICS_RESET = "LOCK_STATISTICS_RESET";
    private static final String ACTUATOR = "actuator";

    private final ApplicationEventPublisher publisher;

    LockAudit(ApplicationEventPublisher publisher) {
        this.publisher = publisher;
    }

    /** Who is named where nobody has signed in. */
    static String who(@Nullable String principal) {
        return principal == null || principal.isBlank() ? ACTUATOR : principal;
    }

    @Override
    public boolean wants(Class<? extends LockEvent> type) {
        return type == LockEvent.ForceReleased.class;
    }

    @Override
    public void onEvent(LockEvent event) {
        if (event instanceof LockEvent.ForceReleased taken) {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("resource", taken.resource());
            data.put("reason", taken.why());
            data.put("owner", taken.owner().name());
            data.put("mode", taken.mode().name());
            data.put("fencingToken", taken.fencingToken());
            data.put("heldMs", taken.held().toMillis());
            publisher.publishEvent(
                    new AuditApplicationEvent(new AuditEvent(taken.at(), taken.who(), FORCE_RELEASED, data)));
        }
    }

    void statisticsReset(String who, @Nullable String resource) {
        Map<String, Object> data = resource == null ? Map.of() : Map.of("resource", resource);
        publisher.publishEvent(new AuditApplicationEvent(new AuditEvent(who, STATISTICS_RESET, data)));
    }
}
