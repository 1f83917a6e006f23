package dev.interlock.store.file;

import dev.interlock.spi.RecordText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What everybody may know of a session; it never changes.
 *
 * @param node the node, for people
 * @param process the process it lives in
 * @param since when it began
 * @param port where on the loopback address it is told of changes; 0 for nowhere
 */
record SessionFile(String node, ProcessMark process, Instant since, int port) {

    private static final String FORMAT = "interlock-session/1";
    private static final int LINES = 5;

    String text() {
        return FORMAT + "\nnode " + RecordText.escape(node) + "\nprocess " + process.pid() + " " + process.started()
                + "\nsince " + since + "\nport " + port + "\n";
    }

    /** What this file says; nothing if there is none, or none that can be made out. */
    static @Nullable SessionFile read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException ended) {
            return null;
        }
    }

    private static @Nullable SessionFile parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length <= LINES || !lines[0].equals(FORMAT)) {
            return null;
        }
        try {
            String[] process = value(lines[2]).split(" ", 2);
            return new SessionFile(
                    RecordText.unescape(value(lines[1])),
                    new ProcessMark(Long.parseLong(process[0]), process[1]),
                    Instant.parse(value(lines[3])),
                    Integer.parseInt(value(lines[4])));
        } catch (RuntimeException garbled) {
            return null;
        }
    }

    private static String value(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }

    /** Where it is told of changes. */
    @Nullable InetSocketAddress address() {
        return port == 0 ? null : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
