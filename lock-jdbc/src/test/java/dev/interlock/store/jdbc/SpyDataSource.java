package dev.interlock.store.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** Notes the statements that reach a database, and makes some of them fail. */
final class SpyDataSource extends UrlDataSource {

    private final DataSource real;
    private final List<String> executed = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final AtomicReference<Failure> failure = new AtomicReference<>();

    /** An error for the next statement with these words in it, before it is executed or after. */
    private record Failure(String words, boolean before, SQLException error) {}

    SpyDataSource(DataSource real) {
        super("", "", "");
        this.real = real;
    }

    /** What was executed since the last time. */
    List<String> executed() {
        List<String> all = List.copyOf(executed);
        executed.clear();
        return all;
    }

    int open() {
        return open.get();
    }

    int mostOpen() {
        return mostOpen.get();
    }

    /** The next statement with these words in it fails and has no effect. */
    void failBefore(String words, SQLException error) {
        failure.set(new Failure(words, true, error));
    }

    /** The next statement with these words in it has its effect and fails all the same. */
    void failAfter(String words, SQLException error) {
        failure.set(new Failure(words, false, error));
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = real.getConnection();
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        return proxy(Connection.class, connection, (method, arguments) -> switch (method) {
            case "close" -> {
                open.decrementAndGet();
                yield Call.GO_ON;
            }
            case "prepareStatement" ->
                statement(PreparedStatement.class, connection.prepareStatement((String) arguments[0]), (String)
                        arguments[0]);
            case "createStatement" -> statement(Statement.class, connection.createStatement(), null);
            default -> Call.GO_ON;
        });
    }

    private <S extends Statement> S statement(Class<S> type, S real, String prepared) {
        return proxy(type, real, (method, arguments) -> {
            if (!method.startsWith("execute")) {
                return Call.GO_ON;
            }
            String sql = prepared == null ? (String) arguments[0] : prepared;
            executed.add(sql);
            Failure due = failure.get();
            if (due == null || !sql.contains(due.words) || !failure.compareAndSet(due, null)) {
                return Call.GO_ON;
            }
            if (!due.before) {
                ((PreparedStatement) real).execute();
            }
            throw due.error;
        });
    }

    /** Sees a call before it is made. */
    private interface Call {
        Object GO_ON = new Object();

        Object seen(String method, Object[] arguments) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T real, Call call) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object answer = call.seen(method.getName(), arguments);
            try {
                return answer == Call.GO_ON ? method.invoke(real, arguments) : answer;
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
