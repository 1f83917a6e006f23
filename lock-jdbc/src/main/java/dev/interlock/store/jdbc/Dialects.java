package dev.interlock.store.jdbc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The dialects that are known. */
final class Dialects {

    private static final String NOT_AT_ALL = "0";
    /** MySQL knows nothing shorter. */
    private static final String ONE_SECOND = "1";

    private Dialects() {}

    /** The dialect of the database that calls itself so. */
    static @Nullable Dialect of(String product) {
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "h2" -> new H2Dialect();
            case "postgresql" -> new PostgresDialect();
            case "mariadb" -> new MySqlDialect("mariadb", NOT_AT_ALL);
            case "mysql" -> new MySqlDialect("mysql", ONE_SECOND);
            default -> null;
        };
    }
}
