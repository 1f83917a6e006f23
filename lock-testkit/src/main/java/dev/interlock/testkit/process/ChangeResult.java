package dev.interlock.testkit.process;

import java.time.Duration;
import java.util.List;

/**
 * What came of a {@link ChangeContest}.
 *
 * @param done how many changes were made
 * @param unknown how many of them nobody knows, because their process died
 * @param refused how many came too late, and were refused by their version
 * @param lost how many were told that they had lost the resource after they had written
 * @param failures how often the store did not answer
 * @param longest how long the others could not go on after a process had been killed
 * @param violations what was broken; nothing, it is hoped
 */
record ChangeResult(
        long done, long unknown, long refused, long lost, int failures, Duration longest, List<String> violations) {

    /** Copies what could change. */
    ChangeResult {
        violations = List.copyOf(violations);
    }

    @Override
    public String toString() {
        return done + " changes, " + unknown + " unknown, " + refused + " refused, " + lost + " lost, " + failures
                + " failures of the store, at most " + longest.toMillis() + " ms after a death, " + violations.size()
                + " violations";
    }
}
