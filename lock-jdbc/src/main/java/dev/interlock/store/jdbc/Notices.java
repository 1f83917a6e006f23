package dev.interlock.store.jdbc;

import dev.interlock.spi.RecordText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The notices left for one session that have been read and not yet been told. Each has a name, so that one that is read or left twice,
 * because an answer was lost, is told once.
 */
final class Notices {

    /** What is kept when there are none, and before those that there are: not every database tells an empty text from none. */
    static final String NONE = "-";

    private final Map<String, String> read = new LinkedHashMap<>();

    /** A notice as it is kept: ASCII, ending with a line feed. */
    static String line(String notice) {
        return UUID.randomUUID() + " " + RecordText.escape(notice) + "\n";
    }

    /** Notes what is kept. */
    synchronized void add(String kept) {
        for (String each : kept.substring(NONE.length()).split("\n", -1)) {
            int space = each.indexOf(' ');
            if (space > 0) {
                read.put(each.substring(0, space), RecordText.unescape(each.substring(space + 1)));
            }
        }
    }

    /** What is to be told now; it is not told again. */
    synchronized List<String> take() {
        List<String> all = new ArrayList<>(read.values());
        read.clear();
        return all;
    }
}
