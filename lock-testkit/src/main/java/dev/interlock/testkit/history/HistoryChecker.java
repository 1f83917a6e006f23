package dev.interlock.testkit.history;

import dev.interlock.LockMode;
import dev.interlock.monitor.LockCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a whole history for what a lock must never do. Each method answers with the violations it found, so an empty
 * answer is the proof. Nothing here depends on how fast anything was: what is reported did happen.
 */
public final class HistoryChecker {

    private final History history;
    private final Map<String, List<HoldRecord>> holds;

    /** Checks this history as it is now. */
    public HistoryChecker(History history) {
        this.history = history;
        this.holds = history.holds().stream().collect(Collectors.groupingBy(HoldRecord::resource));
    }

    /** I1: conflicting holds, each from its acquisition to its release or the end of its lease, never overlap. */
    public List<String> exclusion() {
        return each(HistoryChecker::overlaps);
    }

    private static List<String> overlaps(List<HoldRecord> holds) {
        List<String> violations = new ArrayList<>();
        List<HoldRecord> open = new ArrayList<>();
        for (HoldRecord next : sorted(holds, HoldRecord::acquired)) {
            open.removeIf(earlier -> earlier.end() <= next.acquired());
            if (next.end() > next.acquired()) {
                open.stream()
                        .filter(next::conflictsWith)
                        .forEach(earlier -> violations.add("held at once: " + earlier + " and " + next));
                open.add(next);
            }
        }
        return violations;
    }

    /** I2: no token is granted twice, and one that is asked for after another was acquired is higher. */
    public List<String> tokens() {
        return each(holds -> wrongTokens(holds, false));
    }

    /**
     * I2 for holds on several nodes: no token is granted twice, and one that is asked for after a conflicting one was acquired is
     * higher. Holds that are shared by several nodes have their tokens from blocks that these were given beforehand.
     */
    public List<String> tokensOfNodes() {
        return each(holds -> wrongTokens(holds, true));
    }

    private static List<String> wrongTokens(List<HoldRecord> holds, boolean ofNodes) {
        List<String> violations = new ArrayList<>();
        Map<Long, HoldRecord> byToken = new HashMap<>();
        List<HoldRecord> grants =
                holds.stream().filter(hold -> !hold.reentrant()).toList();
        List<HoldRecord> acquired = sorted(grants, HoldRecord::acquired);
        HoldRecord highest = null;
        HoldRecord highestWrite = null;
        int next = 0;
        for (HoldRecord asking : sorted(grants, HoldRecord::requested)) {
            for (; next < acquired.size() && acquired.get(next).acquired() < asking.requested(); next++) {
                highest = higher(highest, acquired.get(next));
                highestWrite = acquired.get(next).mode() == LockMode.WRITE
                        ? higher(highestWrite, acquired.get(next))
                        : highestWrite;
            }
            HoldRecord lower = ofNodes && asking.mode() == LockMode.READ ? highestWrite : highest;
            if (lower != null && asking.token() <= lower.token()) {
                violations.add("token did not rise: " + lower + " and then " + asking);
            }
            HoldRecord same = byToken.putIfAbsent(asking.token(), asking);
            if (same != null) {
                violations.add("token granted twice: " + same + " and " + asking);
            }
        }
        return violations;
    }

    private static HoldRecord higher(@Nullable HoldRecord one, HoldRecord other) {
        return one == null || one.token() < other.token() ? other : one;
    }

    /**
     * I4: an unprotected counter, incremented once in each exclusive hold, equals the number of these holds.
     *
     * @param counters the counters by resource
     */
    public List<String> counters(Map<String, Long> counters) {
        List<String> violations = new ArrayList<>();
        counters.forEach((resource, counter) -> {
            long sections = holds.getOrDefault(resource, List.of()).stream()
                    .filter(hold -> hold.mode() == LockMode.WRITE)
                    .count();
            if (sections != counter) {
                violations.add(
                        "'" + resource + "' was held exclusively " + sections + " times, but counted " + counter);
            }
        });
        return violations;
    }

    /**
     * I5: every request was answered, none too early, and none later than this after its deadline.
     *
     * @param grace how late an answer may be; a generous bound, for a busy machine is no fault of the lock
     */
    public List<String> answers(Duration grace) {
        List<String> violations = new ArrayList<>();
        if (history.unanswered() != 0) {
            violations.add(history.unanswered() + " requests were not answered");
        }
        for (Wait each : history.waits()) {
            long waited = each.ended() - each.requested();
            if (each.outcome() == Wait.Outcome.TIMED_OUT && waited < each.timeoutNanos()) {
                violations.add("timed out too early: " + each);
            }
            if (waited - grace.toNanos() > each.timeoutNanos()) {
                violations.add("answered too late: " + each);
            }
        }
        return violations;
    }

    /** I5: when all is over nobody holds and nobody waits. */
    public static List<String> nothingRemains(LockCounts counts) {
        return counts.holds() + counts.waiters() + counts.resources() == 0 ? List.of() : List.of("left: " + counts);
    }

    /**
     * I6: whoever was seen in the queue is granted before whoever asks later, unless that one has a higher priority and asks
     * early enough.
     *
     * @param ageing what one step of priority is worth in time of waiting
     */
    public List<String> order(Duration ageing) {
        return each(of -> overtakings(of, ageing.toNanos()));
    }

    private static List<String> overtakings(List<HoldRecord> holds, long ageing) {
        List<String> violations = new ArrayList<>();
        Map<Integer, HoldRecord> latest = new HashMap<>();
        List<HoldRecord> grants =
                holds.stream().filter(hold -> !hold.reentrant()).toList();
        for (HoldRecord next : sorted(grants, HoldRecord::token)) {
            if (next.queued() != HoldRecord.NEVER) {
                latest.values().stream()
                        .filter(other -> other.requested() - next.queued() > head(other, next) * ageing)
                        .forEach(other -> violations.add("overtaken: " + next + " by " + other));
            }
            latest.merge(next.priority(), next, (one, other) -> one.requested() > other.requested() ? one : other);
        }
        return violations;
    }

    private static long head(HoldRecord of, HoldRecord over) {
        return Math.max(0, of.priority() - over.priority());
    }

    /**
     * I6 for holds on several nodes: whoever has waited for so long is from then on overtaken by so many conflicting holds at most.
     *
     * @param settled after what time every node has surely heard of the one that waits
     * @param most how many may pass it all the same, because their nodes have the resource still
     * @param counts whose waits are looked at; for instance not those in a process that was stopped
     */
    public List<String> overtaking(Duration settled, int most, Predicate<HoldRecord> counts) {
        return each(of -> {
            List<HoldRecord> acquired = sorted(of, HoldRecord::acquired);
            return acquired.stream()
                    .filter(hold -> hold.acquired() - hold.requested() > settled.toNanos() && counts.test(hold))
                    .filter(hold -> overtook(acquired, hold, settled.toNanos()) > most)
                    .map(hold -> "overtaken more than " + most + " times: " + hold)
                    .toList();
        });
    }

    private static long overtook(List<HoldRecord> acquired, HoldRecord waited, long settled) {
        return acquired.stream()
                .takeWhile(other -> other.acquired() < waited.acquired())
                .filter(other -> other.requested() - waited.requested() > settled && other.conflictsWith(waited))
                .count();
    }

    /** I7 and I8: nobody is told that it holds, or can extend its hold, once a conflicting later hold was acquired. */
    public List<String> claims() {
        Map<String, Successors> successors = new HashMap<>();
        holds.forEach((resource, of) -> successors.put(resource, new Successors(of)));
        List<String> violations = new ArrayList<>();
        for (Claim claim : history.claims()) {
            Successors known = successors.get(claim.resource());
            HoldRecord successor = known == null || !claim.held() ? null : known.of(claim);
            if (successor != null) {
                violations.add("told that it held: " + claim + ", but there was " + successor);
            }
        }
        return violations;
    }

    /** Holds by token; with each, when the first of it and those after it was acquired, so that a search ends soon. */
    private static final class Successors {

        private final List<HoldRecord> byToken;
        private final long[] firstAcquired;

        Successors(List<HoldRecord> holds) {
            byToken = sorted(holds, HoldRecord::token);
            firstAcquired = new long[byToken.size()];
            long soonest = HoldRecord.NEVER;
            for (int i = firstAcquired.length - 1; i >= 0; i--) {
                soonest = Math.min(soonest, byToken.get(i).acquired());
                firstAcquired[i] = soonest;
            }
        }

        @Nullable HoldRecord of(Claim claim) {
            for (int i = after(claim.token()); i < firstAcquired.length && firstAcquired[i] < claim.asked(); i++) {
                HoldRecord hold = byToken.get(i);
                if (hold.acquired() < claim.asked() && conflict(hold, claim)) {
                    return hold;
                }
            }
            return null;
        }

        private int after(long token) {
            int low = 0;
            for (int high = byToken.size(); low < high; ) {
                int middle = (low + high) >>> 1;
                if (byToken.get(middle).token() <= token) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private static boolean conflict(HoldRecord hold, Claim claim) {
            return !hold.owner().equals(claim.owner())
                    && (hold.mode() == LockMode.WRITE || claim.mode() == LockMode.WRITE);
        }
    }

    private List<String> each(Function<List<HoldRecord>, List<String>> check) {
        return holds.values().stream().map(check).flatMap(List::stream).toList();
    }

    private static List<HoldRecord> sorted(List<HoldRecord> holds, Function<HoldRecord, Long> by) {
        return holds.stream().sorted(Comparator.comparing(by)).toList();
    }
}
