package dev.interlock.store.jdbc;

import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what PostgreSQL notifies, over one connection and by one thread, from the first subscription until it is closed. When the
 * connection breaks it gets itself another one; what was said in the meantime is lost.
 */
final class PostgresListener implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostgresListener.class);

    /** How long the thread listens before it looks for new subscriptions. */
    private static final int LISTEN_MILLIS = 100;
    /** How often a silent connection is asked whether it still is one, and how long it may take to answer. */
    private static final Duration PROBE = Duration.ofSeconds(10);

    private static final int PROBE_MILLIS = 5_000;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** So long a subscriber waits until it is sure to be heard; longer only while the database cannot be reached. */
    private static final Duration FOR_SUBSCRIBING = Duration.ofSeconds(2);

    private static final Executor AT_ONCE = Runnable::run;

    private final DataSource dataSource;
    private final Where where;
    private final Map<String, List<Subscription>> subscriptions = new ConcurrentHashMap<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    PostgresListener(DataSource dataSource, Where where) {
        this.dataSource = dataSource;
        this.where = where;
    }

    /** One who wants to know. */
    private record Subscription(Consumer<RecordKey> hint, CompletableFuture<Boolean> heard) {}

    AutoCloseable subscribe(String session, Consumer<RecordKey> hint) {
        if (!Sessions.isName(session)) {
            throw new IllegalArgumentException("'" + session + "' is no session of this store");
        }
        Subscription subscription = new Subscription(hint, new CompletableFuture<>());
        subscriptions
                .computeIfAbsent(session, any -> new CopyOnWriteArrayList<>())
                .add(subscription);
        if (started.compareAndSet(false, true)) {
            Helpers.daemon(this::listen, "interlock-jdbc-listener").start();
        }
        awaitHeard(subscription);
        return () -> forget(session, subscription);
    }

    private static void awaitHeard(Subscription subscription) {
        try (Patience patience = Patience.of(FOR_SUBSCRIBING)) {
            patience.await(subscription.heard);
        } catch (ExecutionException | TimeoutException late) {
            log.debug("nothing is heard yet; it will be when the database is back", late);
        }
    }

    private void forget(String session, Subscription subscription) {
        subscriptions.computeIfPresent(session, (any, all) -> {
            all.remove(subscription);
            return all.isEmpty() ? null : all;
        });
    }

    // --- the thread ------------------------------------------------------------------------------------------------

    private void listen() {
        Duration pause = FIRST_PAUSE;
        while (!isClosed()) {
            long since = System.nanoTime();
            try {
                listenOnce();
            } catch (SQLException | RuntimeException broken) {
                log.debug("listening to {} was cut short", where, broken);
            }
            boolean lasted = System.nanoTime() - since > LONGEST_PAUSE.toNanos();
            pause = lasted ? FIRST_PAUSE : longer(pause);
            await(pause);
        }
    }

    private static Duration longer(Duration pause) {
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private void await(Duration pause) {
        long nanos = pause.toNanos();
        try {
            closed.await(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2), TimeUnit.NANOSECONDS);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void listenOnce() throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            connection.setNetworkTimeout(AT_ONCE, PROBE_MILLIS);
            connection.setAutoCommit(true);
            hear(connection, connection.unwrap(PGConnection.class));
        } finally {
            breakOff(connection);
        }
    }

    private void hear(Connection connection, PGConnection notified) throws SQLException {
        Set<String> listened = new HashSet<>();
        long probed = System.nanoTime();
        while (!isClosed()) {
            follow(connection, listened);
            @Nullable PGNotification[] heard = notified.getNotifications(LISTEN_MILLIS);
            if (heard != null) {
                List.of(heard).forEach(this::pass);
            }
            if (System.nanoTime() - probed > PROBE.toNanos()) {
                execute(connection, "SELECT 1");
                probed = System.nanoTime();
            }
        }
    }

    /** Listens for those who have come, and no longer for those who have gone. */
    private void follow(Connection connection, Set<String> listened) throws SQLException {
        for (Map.Entry<String, List<Subscription>> each : subscriptions.entrySet()) {
            if (listened.add(each.getKey())) {
                execute(connection, "LISTEN \"" + PostgresDialect.CHANNEL + each.getKey() + "\"");
            }
            each.getValue().forEach(one -> one.heard.complete(true));
        }
        for (String gone : Set.copyOf(listened)) {
            if (!subscriptions.containsKey(gone)) {
                listened.remove(gone);
                execute(connection, "UNLISTEN \"" + PostgresDialect.CHANNEL + gone + "\"");
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void pass(PGNotification notification) {
        String session = notification.getName().substring(PostgresDialect.CHANNEL.length());
        RecordKey key = new RecordKey(RecordText.unescape(notification.getParameter()));
        for (Subscription each : subscriptions.getOrDefault(session, List.of())) {
            try {
                each.hint.accept(key);
            } catch (RuntimeException bad) {
                log.warn("a hint that '{}' has changed was not taken", key.resource(), bad);
            }
        }
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    @Override
    public void close() {
        closed.countDown();
    }

    /** A connection that has listened is not for others to use. */
    private static void breakOff(Connection connection) {
        try {
            connection.abort(AT_ONCE);
            connection.close();
        } catch (SQLException | RuntimeException broken) {
            log.debug("a connection that had listened could not be closed", broken);
        }
    }
}
