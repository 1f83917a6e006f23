package dev.interlock.deadlock;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of those who wait for each other.
 *
 * @param owner who
 * @param node on which node
 * @param thread the waiting thread; none for an asynchronous request
 * @param method the method that asked, where the caller said so
 * @param waitsFor the resource it waits for
 * @param mode how it wants to hold that
 * @param priority the priority of its request
 * @param since since when it waits
 * @param blockedBy why it waits, in words: who is in its way, and how
 * @param holds what it holds, with the mode
 * @param stackTrace where it waits; empty for an asynchronous request
 */
public record DeadlockParticipant(
        LockOwner owner,
        String node,
        @Nullable String thread,
        @Nullable String method,
        String waitsFor,
        LockMode mode,
        int priority,
        Instant since,
        String blockedBy,
        Map<String, LockMode> holds,
        List<StackTraceElement> stackTrace) {

    /** Copies what could change. */
    public DeadlockParticipant {
        holds = Map.copyOf(holds);
        stackTrace = List.copyOf(stackTrace);
    }
}
