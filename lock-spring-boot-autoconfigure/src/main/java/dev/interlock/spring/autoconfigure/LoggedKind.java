package dev.interlock.spring.autoconfigure;

import dev.interlock.LockMode;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Operation;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.event.Level;

/**
 * A kind of event that has a line in the log.
 *
 * @param name the kind, as {@code /actuator/lockevents} has it
 * @param level how grave it is
 * @param type the events
 * @param words what the owner did, or what befell it
 */
record LoggedKind<E extends LockEvent>(String name, Level level, Class<E> type, Function<E, String> words) {

    private static final String OPERATION = "OPERATION_";

    private static final List<LoggedKind<?>> ALL = List.of(
            new LoggedKind<>(
                    "EXPIRED", Level.WARN, LockEvent.Expired.class, event -> "lost %s: its lease ran out after %s"
                            .formatted(what(event), Texts.of(event.held()))),
            new LoggedKind<>("LOST", Level.WARN, LockEvent.Lost.class, event -> "lost %s after %s: %s"
                    .formatted(what(event), Texts.of(event.held()), event.why())),
            new LoggedKind<>("TIMED_OUT", Level.INFO, LockEvent.TimedOut.class, event -> "gave up on %s after %s"
                    .formatted(what(event), Texts.of(event.waited()))),
            new LoggedKind<>("REFUSED", Level.INFO, LockEvent.Refused.class, event -> "was refused %s: %s"
                    .formatted(what(event), event.why())),
            new LoggedKind<>(
                    "CANCELLED", Level.DEBUG, LockEvent.Cancelled.class, event -> "no longer waits for %s, after %s"
                            .formatted(what(event), Texts.of(event.waited()))),
            new LoggedKind<>(
                    "CONTENDED", Level.DEBUG, LockEvent.Contended.class, event -> "waits for %s, in a queue of %d"
                            .formatted(what(event), event.queueLength())),
            new LoggedKind<>(
                    "PREEMPTION_REQUESTED",
                    Level.DEBUG,
                    LockEvent.PreemptionRequested.class,
                    event -> "is asked for %s by '%s', who is of higher priority"
                            .formatted(what(event), event.waiter().name())),
            new LoggedKind<>(
                    "OPERATION_ALERT",
                    Level.ERROR,
                    LockEvent.OperationAlert.class,
                    event -> "could not %s, which was to succeed: %s".formatted(what(event.operation()), event.why())),
            new LoggedKind<>(
                    "OPERATION_REJECTED", Level.INFO, LockEvent.OperationRejected.class, event -> "could not %s: %s"
                            .formatted(what(event.operation()), event.why())),
            new LoggedKind<>(
                    "OPERATION_CONFLICT",
                    Level.DEBUG,
                    LockEvent.OperationConflict.class,
                    event -> "met a conflict on the way to %s: %s".formatted(what(event.operation()), event.why())),
            new LoggedKind<>(
                    "OPERATION_RETRIED",
                    Level.DEBUG,
                    LockEvent.OperationRetried.class,
                    event -> "will try again after %s to %s"
                            .formatted(Texts.of(event.after()), what(event.operation()))));

    static Optional<LoggedKind<?>> of(Class<? extends LockEvent> type) {
        return ALL.stream().filter(each -> each.type().equals(type)).findFirst();
    }

    /** In one sentence. */
    String say(LockEvent event) {
        return "'%s' %s".formatted(event.owner().name(), words.apply(type.cast(event)));
    }

    /** Many of them, in short; operations take no lock, and so have no mode worth saying. */
    String sumUp(int count, String type, LockMode mode) {
        return "%d more within a minute: %s of '%s'".formatted(count, name, type)
                + (name.startsWith(OPERATION) ? "" : " in %s mode".formatted(mode));
    }

    private static String what(Operation operation) {
        return "change '%s' in operation %s (%s)"
                .formatted(
                        operation.resource(), operation.id(), operation.kind().name());
    }

    private static String what(LockEvent event) {
        return "'%s' in %s mode".formatted(event.resource(), event.mode());
    }
}
