package dev.interlock.testkit.process;

import dev.interlock.testkit.history.History;
import java.util.List;

/**
 * What came of a contest.
 *
 * @param history what the processes wrote down
 * @param violations what was broken; nothing, it is hoped
 * @param killed how many processes were killed
 * @param stopped how many times a process was stopped
 * @param miscounted how many counters mean nothing, because one that was stopped over them wrote to them after it had lost its hold:
 *     against that only the fence helps, and it does
 */
public record ContestResult(History history, List<String> violations, int killed, int stopped, int miscounted) {

    /** Copies what could change. */
    public ContestResult {
        violations = List.copyOf(violations);
    }

    @Override
    public String toString() {
        return history + ", " + killed + " processes killed, " + stopped + " stopped, " + violations.size()
                + " violations";
    }
}
