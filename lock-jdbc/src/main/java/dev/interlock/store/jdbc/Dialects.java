package dev.interlock.store.jdbc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The dialects that are known. */
final class Dialects {

    private Dialects() {}

    /** The dialect of the database that calls itself so. */
    static @Nullable Dialect of(String product) {
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "h2" -> new H2Dialect();
            case "postgresql" -> new PostgresDialect();
            case "mariadb" -> new MySqlDialect("mariadb");
            case "mysql" -> new MySqlDialect("mysql");
            default -> null;
        };
    }
}
