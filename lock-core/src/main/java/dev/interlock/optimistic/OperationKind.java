package dev.interlock.optimistic;

import java.util.Objects;

/**
 * A kind of operation: how important it is, and how often it is tried again.
 *
 * @param name the name, for annotations, settings and reports
 * @param priority from 1 (least important) to 10 (most important)
 * @param retries how often it is tried again after a conflict
 * @param alerts whether it is an alert when such an operation has been tried in vain to the end
 */
public record OperationKind(String name, int priority, int retries, boolean alerts) {

    /** Must succeed: priority 10, 20 retries, and an alert if they were not enough. */
    public static final OperationKind STRUCTURAL = new OperationKind("STRUCTURAL", 10, 20, true);

    /** The usual kind: priority 5, 5 retries. */
    public static final OperationKind NORMAL = new OperationKind("NORMAL", 5, 5, false);

    /** May fail: priority 2, 3 retries. */
    public static final OperationKind LOW = new OperationKind("LOW", 2, 3, false);

    /** Refuses what makes no sense. */
    public OperationKind {
        Objects.requireNonNull(name, "the name of the kind of operation is null");
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of a kind of operation is blank");
        }
        if (priority < 1 || priority > 10) {
            throw new IllegalArgumentException("the priority of the kind '" + name
                    + "' must be from 1 (least important) to 10 (most important), but is " + priority);
        }
        if (retries < 0) {
            throw new IllegalArgumentException(
                    "the retries of the kind '" + name + "' must not be negative, but are " + retries);
        }
    }

    /** A kind of this name that raises no alerts. */
    public static OperationKind of(String name, int priority, int retries) {
        return new OperationKind(name, priority, retries, false);
    }
}
