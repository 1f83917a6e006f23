package dev.interlock.spring.actuate;

import dev.interlock.LockMode;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.monitor.ClusterDeadlock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A deadlock as people read it.
 *
 * @param id rises with each deadlock that the node finds
 * @param foundBy the node that found it
 * @param detectedAt when it was found
 * @param standing whether all of them wait still
 * @param victim whose request was given up, if deadlocks are broken
 * @param participants those who wait for each other
 * @param text the story in words
 */
record DeadlockDescriptor(
        long id,
        String foundBy,
        Instant detectedAt,
        boolean standing,
        @Nullable String victim,
        List<Participant> participants,
        String text) {

    static DeadlockDescriptor of(ClusterDeadlock deadlock) {
        DeadlockReport report = deadlock.report();
        return new DeadlockDescriptor(
                report.id(),
                deadlock.foundBy(),
                report.detectedAt(),
                deadlock.standing(),
                report.victim() == null ? null : report.victim().name(),
                report.participants().stream().map(Participant::of).toList(),
                report.describe());
    }

    /** One of those who wait for each other. */
    record Participant(
            String owner,
            String node,
            @Nullable String thread,
            @Nullable String method,
            Map<String, LockMode> holds,
            String waitsFor,
            LockMode mode,
            int priority,
            Instant since,
            String blockedBy,
            List<String> stackTrace) {

        static Participant of(DeadlockParticipant participant) {
            return new Participant(
                    participant.owner().name(),
                    participant.node(),
                    participant.thread(),
                    participant.method(),
                    new TreeMap<>(participant.holds()),
                    participant.waitsFor(),
                    participant.mode(),
                    participant.priority(),
                    participant.since(),
                    participant.blockedBy(),
                    Texts.lines(participant.stackTrace()));
        }
    }
}
