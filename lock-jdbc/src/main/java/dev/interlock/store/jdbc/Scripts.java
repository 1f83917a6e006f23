package dev.interlock.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scripts in the jar that make the tables and drop them. */
final class Scripts {

    private static final String PLACE = "dev/interlock/store/jdbc/";

    private Scripts() {}

    /** Where the script lies in the jar. */
    static String schema(Dialect dialect) {
        return PLACE + "schema-" + dialect.name() + ".sql";
    }

    static String drop(Dialect dialect) {
        return PLACE + "drop-" + dialect.name() + ".sql";
    }

    static boolean exists(String script) {
        return Scripts.class.getClassLoader().getResource(script) != null;
    }

    /** The statements of a script, with this prefix before the names of the tables. */
    static List<String> statements(String script, String prefix) {
        return Arrays.stream(text(script).split(";", -1))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .map(statement -> statement.replace(Tables.DEFAULT_PREFIX, prefix))
                .toList();
    }

    private static String text(String script) {
        try (@Nullable InputStream stream = Scripts.class.getClassLoader().getResourceAsStream(script)) {
            if (stream == null) {
                throw new IllegalStateException("there is no script " + script);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the script " + script + " cannot be read", unreadable);
        }
    }
}
