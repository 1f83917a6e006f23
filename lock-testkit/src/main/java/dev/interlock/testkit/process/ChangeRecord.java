package dev.interlock.testkit.process;

import org.jspecify.annotations.Nullable;

/**
 * A change that was made without a lock, as far as whoever made it came to write it down.
 *
 * @param node which process made it
 * @param owner which thread of it
 * @param version under which version
 * @param value what it wrote, or meant to
 * @param asked when the stamp was asked for from which it was computed
 * @param began when it began
 * @param finished when it was done and about to end; {@link #NEVER} if it did not come so far
 * @param outcome what became of it; {@code null} if its process died over it
 */
record ChangeRecord(
        String node,
        String owner,
        int cell,
        long version,
        long value,
        long asked,
        long began,
        long finished,
        @Nullable Outcome outcome) {

    static final long NEVER = Long.MAX_VALUE;

    /** What became of a change. */
    enum Outcome {
        /** It was made, and nobody else made one meanwhile. */
        DONE,
        /** It came too late, and the cell refused it. */
        REFUSED,
        /** The cell took it, but others may have changed the cell meanwhile. */
        LOST
    }

    boolean isDone() {
        return outcome == Outcome.DONE;
    }

    /** Whether it surely did not come to its proper end, so that nobody may ever see its version. */
    boolean wasGivenUp() {
        return outcome == Outcome.REFUSED || outcome == Outcome.LOST || finished == NEVER;
    }
}
