package dev.interlock.store.file;

import dev.interlock.spi.RecordText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Any text in a file: as it is if UTF-8 has words for it, and escaped if not. */
final class Texts {

    private static final String PLAIN = "text\n";
    private static final String ESCAPED = "escaped\n";

    private Texts() {}

    static String encode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text) ? PLAIN + text : ESCAPED + RecordText.escape(text);
    }

    /** The text in a file; empty if there is none. */
    static String read(Path file) throws IOException {
        try {
            String text = Files.readString(file);
            return text.startsWith(ESCAPED)
                    ? RecordText.unescape(text.substring(ESCAPED.length()))
                    : text.substring(Math.min(PLAIN.length(), text.length()));
        } catch (NoSuchFileException none) {
            return "";
        }
    }
}
