package dev.interlock.engine;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Which timeout, and which lease, suits what has been seen. Durations are nanoseconds.
 *
 * <p>A timeout should let everybody wait who will be served, and nobody for much longer. What it <em>needs</em> is twice what all but
 * one of a hundred wait, twice what all but one of a hundred holds last that stand in the way, and the longest of those, unless that
 * one stands far apart from the rest: a single stuck hold makes no timeout longer. Where more than one of a hundred gave up, their
 * waits are not known but longer than seen, and twice the longest is a try. Below what it needs and half as much again as the longest
 * wait or hold of all, nothing is <em>safe</em>.
 *
 * <p>So the present timeout is raised where it is below what is needed, lowered where it is twice what is safe, and kept otherwise. It
 * is never lowered while too many give up, nor where anybody waited that long in vain: what was cut off is no sign of short waits.
 */
final class TimeoutRule {

    /** Fewer show nothing. */
    static final int ENOUGH = 100;
    /** What lasts more than so many times what is usual stands apart. */
    private static final int APART = 10;

    /** What people would set. The shortest is longer than a pause of the garbage collector. */
    private static final long[] ROUND = Stream.of(
                    "PT0.1S", "PT0.2S", "PT0.5S", "PT1S", "PT2S", "PT5S", "PT10S", "PT20S", "PT30S", "PT1M", "PT2M",
                    "PT5M", "PT10M", "PT20M", "PT30M", "PT1H", "PT2H", "PT5H", "PT12H", "PT24H")
            .mapToLong(text -> Duration.parse(text).toNanos())
            .toArray();

    private TimeoutRule() {}

    /**
     * A suggestion.
     *
     * @param nanos what is suggested; zero if nothing is
     * @param deed what to do; empty if nothing is suggested
     * @param facts what that rests on, or why nothing is suggested
     */
    record Suggestion(long nanos, String deed, String facts) {

        static Suggestion none(String why) {
            return new Suggestion(0, "", why);
        }

        /** Both, in a sentence. */
        String reason() {
            String said = deed.isEmpty() ? facts : deed + ": " + facts;
            return Character.toUpperCase(said.charAt(0)) + said.substring(1) + ".";
        }
    }

    // --- timeouts --------------------------------------------------------------------------------------------------

    static Suggestion timeout(Observed seen, long present) {
        if (present == 0) {
            return Suggestion.none("requests do not wait, as their timeout of zero says");
        }
        if (seen.requests() < ENOUGH) {
            return Suggestion.none("a timeout is suggested after " + ENOUGH + " requests, and there were only "
                    + Math.round(seen.requests()) + gaveUp(seen));
        }
        OptionalLong wait = Spread.ofHundred(seen.waits(), seen.givenUp());
        long need = need(seen, wait);
        String facts = facts(seen, wait);
        if (need > present) {
            long better = rounded(need);
            return new Suggestion(better, "raise the timeout from " + text(present), facts + apart(seen, better));
        }
        long safe = rounded(Math.max(need, halfAgain(Math.max(seen.longestWait(), seen.obstacles().longest))));
        if (wait.isPresent() && safe <= present / 2) {
            return new Suggestion(
                    safe, "lower the timeout from " + text(present) + ", for nothing comes near that", facts);
        }
        return new Suggestion(present, "keep the timeout of " + text(present), facts + apart(seen, present));
    }

    private static long need(Observed seen, OptionalLong wait) {
        Spread obstacles = seen.obstacles();
        long waits = 2 * wait.orElse(seen.longestWait());
        if (obstacles.total < ENOUGH) {
            return waits;
        }
        long usual = obstacles.ofHundred();
        return Math.max(waits, Math.max(2 * usual, Math.min(obstacles.longest, APART * usual)));
    }

    private static String facts(Observed seen, OptionalLong wait) {
        Spread obstacles = seen.obstacles();
        String waits = wait.isPresent()
                ? "99 of 100 requests waited at most " + text(wait.getAsLong()) + " and the longest "
                        + text(seen.longestWait())
                : "so many gave up that it is only known that waits are longer than " + text(seen.longestWait());
        String holds = obstacles.total == 0
                ? ""
                : "; of the holds they wait for 99 of 100 lasted at most " + text(obstacles.ofHundred())
                        + " and the longest " + text(obstacles.longest);
        return waits + gaveUp(seen) + holds;
    }

    private static String gaveUp(Observed seen) {
        long number = Math.round(seen.givenUp().total);
        return number == 0 ? "" : " (" + number + " of " + Math.round(seen.requests()) + " timed out)";
    }

    /** What the timeout does not cover, and should not. */
    private static String apart(Observed seen, long timeout) {
        return seen.obstacles().longest <= timeout
                ? ""
                : "; whoever meets a hold as long as that times out, so look at what holds so long";
    }

    // --- leases ----------------------------------------------------------------------------------------------------

    /**
     * The same for a lease, which must outlast every proper hold and should end a stuck one. That it is long costs little, so it is
     * lowered only where it is four times what is safe.
     *
     * @param expired how many holds it ended
     * @param present zero if holds do not end by themselves
     */
    static Suggestion lease(Spread holds, long expired, long present) {
        if (holds.total < ENOUGH) {
            return Suggestion.none("a lease is suggested after " + ENOUGH + " holds, and there were only "
                    + Math.round(holds.total) + ranOut(expired));
        }
        long usual = holds.ofHundred();
        long proper = Math.min(holds.longest, APART * usual);
        long need = Math.max(5 * usual, 2 * proper);
        long safe = rounded(Math.max(need, 2 * holds.longest));
        String facts = "99 of 100 holds lasted at most " + text(usual) + " and the longest " + text(holds.longest)
                + ranOut(expired);
        if (present == 0) {
            return new Suggestion(rounded(need), "if holds are to end by themselves, give them a lease", facts);
        }
        if (need > present) {
            return new Suggestion(rounded(need), "raise the lease from " + text(present), facts);
        }
        if (safe <= present / 4) {
            return new Suggestion(safe, "lower the lease from " + text(present), facts);
        }
        return new Suggestion(present, "keep the lease of " + text(present), facts + outlasted(holds, present));
    }

    private static String ranOut(long expired) {
        return expired == 0 ? "" : " (" + expired + " ran out of their lease, and were meant to last longer)";
    }

    private static String outlasted(Spread holds, long lease) {
        return holds.longest <= lease ? "" : "; that is longer than the lease, so look at what holds so long";
    }

    // --- numbers ---------------------------------------------------------------------------------------------------

    /** The next number that people would set. */
    static long rounded(long nanos) {
        return LongStream.of(ROUND).filter(each -> each >= nanos).findFirst().orElse(nanos);
    }

    private static long halfAgain(long nanos) {
        return nanos + nanos / 2;
    }

    private static String text(long nanos) {
        return Texts.of(Duration.ofNanos(nanos));
    }
}
