package dev.interlock.store.file;

import dev.interlock.spi.RecordText;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StoreException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A stamp as text: a line for the resource, and one for who is changing it, if anybody is. */
record StampText(String resource, StampRecord stamp) {

    private static final String FORMAT = "interlock-stamp/1";
    private static final Pattern TEXT =
            Pattern.compile(FORMAT + " (\\S++) (-?\\d{1,19}) (-?\\d{1,19})\n(?:changing (\\S++)\n)?");

    String write() {
        String changing = stamp.changing();
        return FORMAT + " " + RecordText.escape(resource) + " " + stamp.version() + " " + stamp.nanos() + "\n"
                + (changing == null ? "" : "changing " + RecordText.escape(changing) + "\n");
    }

    static StampText read(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw StoreException.lasting(
                    "what the store keeps is no stamp of this version of Interlock: '"
                            + text.lines().findFirst().orElse("") + "'",
                    null);
        }
        @Nullable String changing = parts.group(4);
        StampRecord stamp = new StampRecord(
                Long.parseLong(parts.group(2)),
                Long.parseLong(parts.group(3)),
                changing == null ? null : RecordText.unescape(changing));
        return new StampText(RecordText.unescape(parts.group(1)), stamp);
    }
}
