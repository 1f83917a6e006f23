package dev.interlock.engine;

import dev.interlock.spi.RecordText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several texts as one, each a word of its own. */
final class Words {

    private Words() {}

    static String join(String... texts) {
        return Stream.of(texts).map(RecordText::escape).collect(Collectors.joining(" "));
    }

    static List<String> split(String joined) {
        return Stream.of(joined.split(" ", -1)).map(RecordText::unescape).toList();
    }
}
