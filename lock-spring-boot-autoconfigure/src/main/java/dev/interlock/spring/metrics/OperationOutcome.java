package dev.interlock.spring.metrics;

import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.Rejection;
import java.util.Locale;

/** How an operation ended, as meters tell it. */
enum OperationOutcome {
    SUCCEEDED,
    REJECTED,
    EXHAUSTED,
    FAILED,
    CANCELLED;

    static OperationOutcome of(Operation completed) {
        return completed.status() == OperationStatus.FAILED ? FAILED : SUCCEEDED;
    }

    static OperationOutcome of(LockEvent.OperationRejected event) {
        if (event.rejection() == Rejection.EXHAUSTED) {
            return EXHAUSTED;
        }
        return event.rejection() == Rejection.CANCELLED ? CANCELLED : REJECTED;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
