package dev.interlock.spring.actuate;

import dev.interlock.ResourceNames;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation with its parts, as people read it.
 *
 * @param id its name
 * @param kind the name of its kind
 * @param resource what it changes
 * @param type the type of the resource
 * @param backend where the stamps of the resource are kept
 * @param priority its own, or the higher one of what it is a part of
 * @param status how far it has come
 * @param retries how often it was tried again
 * @param maxRetries how often it may be
 * @param why what stood in its way last, or what it failed of
 * @param owner on whose behalf
 * @param parent of what it is a part
 * @param created when it was asked for
 * @param started when it was first tried
 * @param finished when it came to its end
 * @param tookMs from when it was asked for to its end
 * @param children its parts
 * @param omitted how many further parts it has, for which there was no room
 */
record OperationDescriptor(
        String id,
        String kind,
        String resource,
        String type,
        String backend,
        int priority,
        OperationStatus status,
        int retries,
        int maxRetries,
        @Nullable String why,
        String owner,
        @Nullable String parent,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant finished,
        @Nullable Double tookMs,
        List<OperationDescriptor> children,
        int omitted) {

    static OperationDescriptor of(Operation operation, List<OperationDescriptor> children, int omitted) {
        return new OperationDescriptor(
                operation.id(),
                operation.kind().name(),
                operation.resource(),
                ResourceNames.typeOf(operation.resource()),
                operation.backend(),
                operation.priority(),
                operation.status(),
                operation.retries(),
                operation.maxRetries(),
                operation.why(),
                operation.owner().name(),
                operation.parent(),
                operation.created(),
                operation.started(),
                operation.finished(),
                took(operation),
                children,
                omitted);
    }

    private static @Nullable Double took(Operation operation) {
        return operation.finished() == null
                ? null
                : Double.valueOf(Texts.millis(Duration.between(operation.created(), operation.finished())));
    }
}
