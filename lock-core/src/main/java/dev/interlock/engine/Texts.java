package dev.interlock.engine;

import dev.interlock.LockOwner;
import dev.interlock.LogText;
import dev.interlock.monitor.LockHolder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How things are said in messages. */
final class Texts {

    private static final int NAMED = 5;
    /** How much is shown of a name that is too long. */
    private static final int SHOWN = 40;
    /** How much is shown of each end of a long way. */
    private static final int SHOWN_STEPS = 6;

    private static final String ARROW = " -> ";

    private Texts() {}

    /** A duration as people write it: {@code 1.5s}, {@code 20ms}. */
    static String of(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos < 1_000_000) {
            return nanos / 1_000 + "µs";
        }
        if (nanos < 1_000_000_000) {
            return nanos / 1_000_000 + "ms";
        }
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis / 1000 + "." + millis % 1000 / 100 + "s";
    }

    /** What is wrong with a name that is longer than this. */
    static String tooLong(String resource, int most) {
        return "the resource name '" + resource.substring(0, Math.min(most, SHOWN)) + "…' has " + resource.length()
                + " characters, and " + most + " are allowed; shorten it, hash its key, or raise maxResourceLength";
    }

    /** A way from one to the next; of a long one both ends. */
    static String path(List<String> way) {
        if (way.size() <= 2 * SHOWN_STEPS + 1) {
            return String.join(ARROW, way);
        }
        int left = way.size() - 2 * SHOWN_STEPS;
        return String.join(ARROW, way.subList(0, SHOWN_STEPS)) + ARROW + "… " + left + " more …" + ARROW
                + String.join(ARROW, way.subList(way.size() - SHOWN_STEPS, way.size()));
    }

    /** Lines to come after others; nothing if there is no trace. */
    static String trace(String what, List<StackTraceElement> stack) {
        String line = System.lineSeparator();
        return stack.isEmpty()
                ? ""
                : stack.stream()
                        .map(frame -> line + "    at " + frame)
                        .collect(Collectors.joining("", line + "  " + what, ""));
    }

    /** On one line in a log. Said only there, where it does no harm if that fails. */
    static Object line(Object said) {
        return new Object() {
            @Override
            public String toString() {
                return LogText.of(said.toString());
            }
        };
    }

    /** Who holds, the first few by name; and for which key, if that is another one of the same stripe. */
    static String holders(List<LockHolder> holders, String resource, String lock) {
        if (holders.isEmpty()) {
            return "nobody holds it any more";
        }
        String named = holders.stream()
                .limit(NAMED)
                .map(each -> holder(each) + other(each.resource(), resource, lock))
                .collect(Collectors.joining(", "));
        return "held by " + named + (holders.size() > NAMED ? " and " + (holders.size() - NAMED) + " more" : "");
    }

    private static String other(String held, String resource, String lock) {
        return held.equals(resource) || held.equals(lock) ? "" : " for '" + held + "'";
    }

    /** What was held, the first few by name. */
    static String held(List<LockHolder> holds) {
        String named = holds.stream()
                .limit(NAMED)
                .map(hold -> hold.mode() + " hold on '" + hold.resource() + "'")
                .collect(Collectors.joining(", "));
        return named + (holds.size() > NAMED ? " and " + (holds.size() - NAMED) + " more" : "");
    }

    /** By whom something is held; of what is only kept, until when. */
    static String keeper(LockOwner owner, @Nullable Instant keptUntil) {
        return keptUntil == null
                ? owner.name()
                : owner.name() + ", kept until " + keptUntil.truncatedTo(ChronoUnit.MILLIS);
    }

    private static String holder(LockHolder holder) {
        String why = holder.reason() == null ? "" : " (" + holder.reason() + ")";
        return "'" + keeper(holder.owner(), holder.keptUntil()) + "' in " + holder.mode() + " mode since "
                + of(holder.heldFor()) + why;
    }
}
