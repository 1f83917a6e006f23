package dev.interlock.monitor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which locks are looked for.
 *
 * @param type those of this type; null for any
 * @param owner those that an owner of this name holds or waits for; null for anybody
 * @param held only those that somebody holds
 * @param contended only those for which somebody waits
 * @param limit at most so many are described
 */
public record LockSearch(@Nullable String type, @Nullable String owner, boolean held, boolean contended, int limit) {

    /** Refuses a limit that lets nothing through. */
    public LockSearch {
        if (limit < 1) {
            throw new IllegalArgumentException("the limit is " + limit + "; ask for at least 1");
        }
    }

    /**
     * What was found.
     *
     * @param total how many there are
     * @param holders how many hold them
     * @param waiters how many wait for them
     * @param first those for which most wait come first, then those that have been held for longest
     */
    public record Result(int total, int holders, int waiters, List<LockStatus> first) {

        /** Copies what could change. */
        public Result {
            first = List.copyOf(first);
        }

        /** The first of these. */
        public static Result of(List<LockStatus> found, int limit) {
            return new Result(
                    found.size(),
                    found.stream().mapToInt(each -> each.holders().size()).sum(),
                    found.stream().mapToInt(each -> each.waiters().size()).sum(),
                    found.stream().limit(limit).toList());
        }
    }
}
