package dev.interlock.store.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** Which database it is, in words without secrets. */
record Where(String product, String version, String url) {

    /** What may follow the name of a database: settings, passwords among them. */
    private static final Pattern SETTINGS = Pattern.compile("[?;].*", Pattern.DOTALL);
    /** A user and a password before a host, which themselves may have all sorts of signs in them. */
    private static final Pattern CREDENTIALS = Pattern.compile("^(jdbc:[^:]*:([a-z]+:)?(//)?).*@");

    static Where of(Connection connection) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        return new Where(data.getDatabaseProductName(), data.getDatabaseProductVersion(), data.getURL());
    }

    private String place() {
        return CREDENTIALS.matcher(SETTINGS.matcher(url).replaceAll("")).replaceFirst("$1");
    }

    @Override
    public String toString() {
        return product + " " + version + " at " + place();
    }
}
