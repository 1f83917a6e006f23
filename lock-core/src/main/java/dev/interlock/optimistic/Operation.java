package dev.interlock.optimistic;

import dev.interlock.LockOwner;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation as it was at one moment.
 *
 * @param id its name among the operations of this manager
 * @param kind what kind it is of
 * @param resource what it changes
 * @param backend where the stamps of that resource are kept
 * @param priority how important it is: the highest priority among its kind and its ancestors
 * @param retries how often it was tried again
 * @param maxRetries how often it may be
 * @param parent the operation of which it is a part; {@code null} if it is on its own
 * @param status how far it has come
 * @param owner on whose behalf
 * @param created when it was asked for
 * @param started when it was first tried; {@code null} if it has not been
 * @param finished when it came to its end; {@code null} if it has not
 * @param why what stood in its way last, or what it failed of; {@code null} for nothing
 */
public record Operation(
        String id,
        OperationKind kind,
        String resource,
        String backend,
        int priority,
        int retries,
        int maxRetries,
        @Nullable String parent,
        OperationStatus status,
        LockOwner owner,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant finished,
        @Nullable String why) {}
