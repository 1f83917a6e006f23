package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.Change;
import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that end, or end their connections. */
class ServerEndTest extends StoreTest {

    @Test
    void aStoreFindsARestartedServerAgain(@TempDir Path directory) throws SQLException {
        Server server = server("0", directory);
        String port = Integer.toString(server.getPort());
        JdbcLockStore store = store(new UrlDataSource("jdbc:h2:tcp://localhost:" + port + "/./locks", "sa", ""));
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        LockRecord made = put(store, idle(KEY, 1));

        server.stop();
        Server again = server(port, directory);
        closing(again::stop);

        assertThat(store.update(KEY, guess(made), INCREMENT, PATIENCE).result()).isEqualTo(2);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    private static Server server(String port, Path directory) throws SQLException {
        return Server.createTcpServer("-tcpPort", port, "-ifNotExists", "-tcpDaemon", "-baseDir", directory.toString())
                .start();
    }

    @Test
    void aFileThatProcessesShareServes(@TempDir Path directory) {
        String url = "jdbc:h2:file:" + directory.resolve("locks") + ";AUTO_SERVER=TRUE";
        JdbcLockStore store = store(new UrlDataSource(url, "sa", ""));
        SessionStart session = store.beginSession("node", LONG, PATIENCE);

        assertThat(store.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(1);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    @Test
    void aStoreGoesOnWhenPostgreSqlEndsItsConnections() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        JdbcLockStore store = store(database.dataSource());
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        LockRecord made = put(store, idle(KEY, 1));

        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND usename = current_user");

        assertThat(store.update(KEY, guess(made), INCREMENT, PATIENCE).result()).isEqualTo(2);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    @Test
    void aStoreGoesOnWhenMariaDbEndsItsConnections() {
        TestDatabase database = TestDatabase.MARIADB;
        JdbcLockStore store = store(database.dataSource());
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        LockRecord made = put(store, idle(KEY, 1));

        for (String id : database.query("SELECT id FROM information_schema.processlist"
                + " WHERE command = 'Sleep' AND id <> connection_id()")) {
            database.execute("KILL " + id);
        }

        assertThat(store.update(KEY, guess(made), INCREMENT, PATIENCE).result()).isEqualTo(2);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    @Test
    void hintsComeAgainAfterTheListenersConnectionWasEnded() throws Exception {
        TestDatabase database = TestDatabase.POSTGRESQL;
        JdbcLockStore store = store(database.dataSource());
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        Queue<RecordKey> hints = new ConcurrentLinkedQueue<>();
        AutoCloseable subscription = ((ChangeFeed) store).subscribe(session.id(), hints::add);
        tellUntilHinted(store, session, hints);

        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                + " OR query = 'SELECT 1'");
        hints.clear();

        tellUntilHinted(store, session, hints);
        subscription.close();
    }

    @Test
    void nobodyIsListenedForAnyMoreWhoHasClosedItsSubscriptionAndTheConnectionEndsWithTheStore() throws Exception {
        TestDatabase database = TestDatabase.POSTGRESQL;
        String listening = "SELECT query FROM pg_stat_activity WHERE query LIKE '%LISTEN \"interlock%'"
                + " AND pid <> pg_backend_pid()";
        SpyDataSource spy = new SpyDataSource(database.dataSource());
        JdbcLockStore store = store(spy);
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        AutoCloseable subscription = ((ChangeFeed) store).subscribe(session.id(), key -> {});
        assertThat(database.query(listening)).contains("LISTEN \"interlock_" + session.id() + "\"");

        subscription.close();
        await().untilAsserted(() ->
                assertThat(database.query(listening)).contains("UNLISTEN \"interlock_" + session.id() + "\""));
        store.close();
        await().until(() -> spy.open() == 0);
    }

    private static void tellUntilHinted(JdbcLockStore store, SessionStart session, Queue<RecordKey> hints) {
        await().until(() -> {
            store.update(KEY, null, (c, v) -> new Change<>(idle(KEY, 1), "", Set.of(session.id())), PATIENCE);
            return hints.contains(KEY);
        });
    }
}
