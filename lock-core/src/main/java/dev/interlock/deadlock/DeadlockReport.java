package dev.interlock.deadlock;

import dev.interlock.LockOwner;
import dev.interlock.LogText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A true cycle of waiting: each participant waits for the next one, and the last for the first.
 *
 * @param id rises with each deadlock found
 * @param detectedAt when it was found
 * @param participants those who wait for each other
 * @param victim whose request was given up; none when deadlocks are only reported
 */
public record DeadlockReport(
        long id,
        Instant detectedAt,
        List<DeadlockParticipant> participants,
        @Nullable LockOwner victim) {

    /** Copies what could change. */
    public DeadlockReport {
        participants = List.copyOf(participants);
    }

    /** The story in words, a line for each participant. */
    public String describe() {
        StringBuilder text = new StringBuilder("Deadlock ")
                .append(id)
                .append(" between ")
                .append(participants.size())
                .append(participants.size() == 1 ? " request:" : " requests:");
        for (DeadlockParticipant each : participants) {
            text.append(System.lineSeparator())
                    .append("  '")
                    .append(LogText.of(each.owner().name()))
                    .append("' holds ")
                    .append(
                            each.holds().isEmpty()
                                    ? "nothing"
                                    : LogText.of(each.holds().toString()))
                    .append(" and waits to ")
                    .append(each.mode())
                    .append(" '")
                    .append(LogText.of(each.waitsFor()))
                    .append("', ")
                    .append(LogText.of(each.blockedBy()));
        }
        if (victim != null) {
            text.append(System.lineSeparator())
                    .append("  given up: '")
                    .append(LogText.of(victim.name()))
                    .append('\'');
        }
        return text.toString();
    }
}
