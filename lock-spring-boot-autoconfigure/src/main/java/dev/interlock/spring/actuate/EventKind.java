package dev.interlock.spring.actuate;

import dev.interlock.ResourceNames;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How events of one type are written: flat, what they all have first, then their particulars. */
record EventKind<E extends LockEvent>(String name, Class<E> type, Particulars<E> particulars) {

    /** What only events of this type have. */
    interface Particulars<E> {
        void tell(E event, Map<String, Object> into);
    }

    private static final List<EventKind<?>> ALL = List.of(
            new EventKind<>("ACQUIRED", LockEvent.Acquired.class, (event, into) -> {
                into.put("fencingToken", event.fencingToken());
                into.put("waitedMs", Texts.millis(event.waited()));
            }),
            new EventKind<>("RELEASED", LockEvent.Released.class, (event, into) -> {
                into.put("fencingToken", event.fencingToken());
                into.put("heldMs", Texts.millis(event.held()));
            }),
            new EventKind<>(
                    "DOWNGRADED",
                    LockEvent.Downgraded.class,
                    (event, into) -> into.put("fencingToken", event.fencingToken())),
            new EventKind<>(
                    "CONTENDED",
                    LockEvent.Contended.class,
                    (event, into) -> into.put("queueLength", event.queueLength())),
            new EventKind<>(
                    "TIMED_OUT",
                    LockEvent.TimedOut.class,
                    (event, into) -> into.put("waitedMs", Texts.millis(event.waited()))),
            new EventKind<>(
                    "CANCELLED",
                    LockEvent.Cancelled.class,
                    (event, into) -> into.put("waitedMs", Texts.millis(event.waited()))),
            new EventKind<>("REFUSED", LockEvent.Refused.class, (event, into) -> into.put("why", event.why())),
            new EventKind<>("EXPIRED", LockEvent.Expired.class, (event, into) -> {
                into.put("fencingToken", event.fencingToken());
                into.put("heldMs", Texts.millis(event.held()));
            }),
            new EventKind<>("LOST", LockEvent.Lost.class, (event, into) -> {
                into.put("fencingToken", event.fencingToken());
                into.put("heldMs", Texts.millis(event.held()));
                into.put("why", event.why());
            }),
            new EventKind<>("FORCE_RELEASED", LockEvent.ForceReleased.class, (event, into) -> {
                into.put("fencingToken", event.fencingToken());
                into.put("heldMs", Texts.millis(event.held()));
                into.put("who", event.who());
                into.put("why", event.why());
            }),
            new EventKind<>(
                    "PREEMPTION_REQUESTED",
                    LockEvent.PreemptionRequested.class,
                    (event, into) -> into.put("waiter", event.waiter().name())),
            new EventKind<>("DEADLOCK_DETECTED", LockEvent.DeadlockDetected.class, (event, into) -> {
                into.put("deadlock", event.report().id());
                into.put("text", event.report().describe());
            }),
            new EventKind<>("NEAR_MISS", LockEvent.NearMiss.class, (event, into) -> {
                into.put("orderViolation", event.violation().id());
                into.put("text", event.violation().describe());
            }),
            new EventKind<>("LONG_WAIT", LockEvent.LongWait.class, (event, into) -> {
                into.put("waitingMs", Texts.millis(event.waiting()));
                into.put("blockedBy", event.blockedBy());
            }),
            new EventKind<>("LONG_HOLD", LockEvent.LongHold.class, (event, into) -> {
                into.put("fencingToken", event.fencingToken());
                into.put("heldMs", Texts.millis(event.held()));
            }),
            ofOperation("OPERATION_STARTED", LockEvent.OperationStarted.class, LockEvent.OperationStarted::operation),
            ofOperation(
                    "OPERATION_CONFLICT",
                    LockEvent.OperationConflict.class,
                    LockEvent.OperationConflict::operation,
                    (event, into) -> into.put("why", event.why())),
            ofOperation(
                    "OPERATION_RETRIED",
                    LockEvent.OperationRetried.class,
                    LockEvent.OperationRetried::operation,
                    (event, into) -> into.put("afterMs", Texts.millis(event.after()))),
            ofOperation(
                    "OPERATION_REJECTED",
                    LockEvent.OperationRejected.class,
                    LockEvent.OperationRejected::operation,
                    (event, into) -> {
                        into.put("rejection", event.rejection());
                        into.put("why", event.why());
                    }),
            ofOperation(
                    "OPERATION_COMPLETED", LockEvent.OperationCompleted.class, LockEvent.OperationCompleted::operation),
            ofOperation(
                    "OPERATION_ALERT",
                    LockEvent.OperationAlert.class,
                    LockEvent.OperationAlert::operation,
                    (event, into) -> into.put("why", event.why())));

    private static <E extends LockEvent> EventKind<E> ofOperation(
            String name, Class<E> type, Function<E, Operation> operation) {
        return ofOperation(name, type, operation, (event, into) -> {});
    }

    /** Of the operation so much that one finds it. */
    private static <E extends LockEvent> EventKind<E> ofOperation(
            String name, Class<E> type, Function<E, Operation> operation, Particulars<E> further) {
        return new EventKind<>(name, type, (event, into) -> {
            Operation now = operation.apply(event);
            into.put("operation", now.id());
            into.put("operationKind", now.kind().name());
            into.put("priority", now.priority());
            into.put("status", now.status());
            into.put("retries", now.retries());
            further.tell(event, into);
        });
    }

    /** The kind of this name, however it is written: TIMED_OUT, timed-out and timedOut are the same. */
    static EventKind<?> named(String name) {
        return ALL.stream()
                .filter(each -> plain(each.name()).equals(plain(name)))
                .findFirst()
                .orElseThrow(() -> Refusal.badRequest("'" + name + "' is not a kind of event; use one of "
                        + ALL.stream().map(EventKind::name).collect(Collectors.joining(", "))));
    }

    private static String plain(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    static EventKind<?> of(LockEvent event) {
        return ALL.stream()
                .filter(each -> each.type().isInstance(event))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("events of " + event.getClass() + " have no kind"));
    }

    static Map<String, Object> describe(LockEvent event) {
        return of(event).write(event);
    }

    private Map<String, Object> write(LockEvent event) {
        Map<String, Object> flat = new LinkedHashMap<>();
        flat.put("kind", name);
        flat.put("at", event.at());
        flat.put("resource", event.resource());
        flat.put("type", ResourceNames.typeOf(event.resource()));
        flat.put("mode", event.mode());
        flat.put("owner", event.owner().name());
        particulars.tell(type.cast(event), flat);
        return flat;
    }
}
