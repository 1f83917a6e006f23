package dev.interlock.spi;

import dev.interlock.LockMode;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records as text: a line for the resource, a line for each lease and each claim, and a last one, in plain ASCII, for stores to
 * keep and for people to read. The version is the store's affair and not part of it.
 */
public final class RecordText {

    private static final String FORMAT = "interlock/1";
    private static final String NONE = "-";
    private static final String END = "end";

    private RecordText() {}

    /** The record as text. */
    public static String write(LockRecord record) {
        StringBuilder text = new StringBuilder(128);
        line(text, FORMAT, escape(record.key().resource()), record.token());
        for (Lease each : record.leases()) {
            line(
                    text,
                    "lease",
                    escape(each.session()),
                    escape(each.node()),
                    escape(each.who()),
                    each.mode(),
                    each.firstToken(),
                    each.lastToken(),
                    each.since(),
                    each.until() == null ? NONE : each.until());
        }
        for (Claim each : record.claims()) {
            line(
                    text,
                    "claim",
                    escape(each.session()),
                    escape(each.node()),
                    escape(each.who()),
                    each.mode(),
                    each.rank(),
                    each.since());
        }
        line(text, END);
        return text.toString();
    }

    private static void line(StringBuilder text, Object... words) {
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : " ").append(words[i]);
        }
        text.append('\n');
    }

    /**
     * The record that this text tells of.
     *
     * @throws StoreException if it is no such text
     */
    public static LockRecord read(String text, long version) {
        try {
            List<Lease> leases = new ArrayList<>();
            List<Claim> claims = new ArrayList<>();
            String[] lines = text.split("\n", -1);
            String[] head = words(lines[0], FORMAT, 3);
            int end = end(lines);
            for (int i = 1; i < end; i++) {
                if (lines[i].startsWith("lease ")) {
                    leases.add(lease(words(lines[i], "lease", 9)));
                } else {
                    claims.add(claim(words(lines[i], "claim", 7)));
                }
            }
            return new LockRecord(new RecordKey(unescape(head[1])), version, Long.parseLong(head[2]), leases, claims);
        } catch (RuntimeException odd) {
            throw StoreException.lasting(
                    "what the store keeps is no record of this version of Interlock: '" + start(text) + "'", odd);
        }
    }

    /** A text that was cut off would be a record that somebody holds without a trace of it. */
    private static int end(String[] lines) {
        int end = lines.length - 2;
        if (!lines[end + 1].isEmpty() || !lines[end].equals(END)) {
            throw new IllegalArgumentException("it has no end");
        }
        return end;
    }

    private static String[] words(String line, String first, int count) {
        String[] words = line.split(" ", -1);
        if (words.length != count || !words[0].equals(first)) {
            throw new IllegalArgumentException("'" + line + "'");
        }
        return words;
    }

    private static Lease lease(String[] words) {
        return new Lease(
                unescape(words[1]),
                unescape(words[2]),
                unescape(words[3]),
                LockMode.valueOf(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                Instant.parse(words[7]),
                moment(words[8]));
    }

    private static Claim claim(String[] words) {
        return new Claim(
                unescape(words[1]),
                unescape(words[2]),
                unescape(words[3]),
                LockMode.valueOf(words[4]),
                Long.parseLong(words[5]),
                Instant.parse(words[6]));
    }

    private static @Nullable Instant moment(String word) {
        return word.equals(NONE) ? null : Instant.parse(word);
    }

    /** Microseconds since 1970: how stores count. */
    public static long micros(Instant moment) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    }

    /** The moment so many microseconds after 1970. */
    public static Instant ofMicros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Any text as one word of plain ASCII. */
    public static String escape(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append('~');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (isPlain(each) && each != '%') {
                escaped.append(each);
            } else {
                escaped.append('%').append(String.format("%04x", (int) each));
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty() && text.charAt(0) != '~' && !text.equals(NONE);
    }

    private static boolean isPlain(char each) {
        return each > ' ' && each < 0x7f;
    }

    /** What {@link #escape} made of a text, back again. */
    public static String unescape(String word) {
        if (word.isEmpty() || word.charAt(0) != '~') {
            return word;
        }
        StringBuilder text = new StringBuilder(word.length());
        for (int i = 1; i < word.length(); i++) {
            if (word.charAt(i) == '%') {
                text.append((char) Integer.parseInt(word.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                text.append(word.charAt(i));
            }
        }
        return text.toString();
    }

    private static String start(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
