package dev.interlock.sample;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether an answer is the one in the document: apart from white space, from what differs from run to run, and from what the
 * document leaves out.
 */
final class Likeness {

    private static final String LEFT_OUT = "…";
    private static final Map<Pattern, String> DIFFERS = new LinkedHashMap<>();

    static {
        DIFFERS.put(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"), "TIME");
        DIFFERS.put(Pattern.compile("\\bsample-\\d+@[\\w.-]+"), "NODE");
        DIFFERS.put(Pattern.compile("\\bhttp-nio-[\\w-]*exec-\\d+"), "THREAD");
        DIFFERS.put(Pattern.compile("\"(waited|held|waiting)Ms\":\\s*[\\d.E-]+"), "MILLIS");
        DIFFERS.put(Pattern.compile("\"ownerId\":\\s*\\d+"), "OWNER");
        DIFFERS.put(Pattern.compile("\"stamp\":\\s*\"[\\d-]+\""), "STAMP");
        DIFFERS.put(Pattern.compile("\\b[\\d.]+(ns|µs|ms|s)\\b"), "DURATION");
        DIFFERS.put(Pattern.compile("\\.java:\\d+"), ".java:LINE");
        DIFFERS.put(Pattern.compile("\\bapp//"), "");
        // either of the two may be the one that closes the deadlock
        DIFFERS.put(Pattern.compile("\\b(anna|ben)\\b"), "PERSON");
        DIFFERS.put(Pattern.compile("\\broom:(kitchen|cellar)\\b"), "ROOM");
        DIFFERS.put(Pattern.compile("\\s+"), "");
    }

    private Likeness() {}

    static String plain(String text) {
        String plain = text;
        for (Map.Entry<Pattern, String> each : DIFFERS.entrySet()) {
            plain = each.getKey().matcher(plain).replaceAll(each.getValue());
        }
        return plain;
    }

    /** What such an answer looks like, for {@link #plain plain} answers. */
    static Pattern of(String documented) {
        return Pattern.compile(Stream.of(plain(documented).split(LEFT_OUT, -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
    }
}
