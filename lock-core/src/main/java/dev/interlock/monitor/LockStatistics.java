package dev.interlock.monitor;

import dev.interlock.LockMode;
import java.util.List;

/**
 * What has happened to one resource, or to all resources of a type.
 *
 * @param name the resource, or the type
 * @param backend where its locks live: {@code memory}, or the kind of the store
 * @param read shared holds
 * @param write exclusive holds
 */
public record LockStatistics(String name, String backend, ModeStatistics read, ModeStatistics write) {

    /**
     * Those that were asked for.
     *
     * @param total how many are remembered
     * @param first those for which most have waited come first, then those that were acquired most often
     */
    public record Result(int total, List<LockStatistics> first) {

        /** Copies what could change. */
        public Result {
            first = List.copyOf(first);
        }
    }

    /** Those of one mode. */
    public ModeStatistics of(LockMode mode) {
        return mode == LockMode.READ ? read : write;
    }
}
