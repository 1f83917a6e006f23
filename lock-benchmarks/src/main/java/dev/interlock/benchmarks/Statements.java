package dev.interlock.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Counts what is asked of a database. */
final class Statements {

    private final LongAdder executed = new LongAdder();
    private final LongAdder transactions = new LongAdder();

    /** The same database, with a counter before it. */
    DataSource counting(DataSource real) {
        return proxy(DataSource.class, real);
    }

    long executed() {
        return executed.sum();
    }

    /** Those that were ended by a commit or a rollback, each a round trip of its own. */
    long transactions() {
        return transactions.sum();
    }

    private <T> T proxy(Class<T> type, Object real) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    count(method.getName());
                    return watched(method, call(method, real, arguments));
                }));
    }

    private void count(String method) {
        if (method.startsWith("execute")) {
            executed.increment();
        } else if (method.equals("commit") || method.equals("rollback")) {
            transactions.increment();
        }
    }

    private static @Nullable Object call(Method method, Object real, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getTargetException();
        }
    }

    private @Nullable Object watched(Method method, @Nullable Object answer) {
        Class<?> type = method.getReturnType();
        return answer != null
                        && (type == Connection.class || type == PreparedStatement.class || type == Statement.class)
                ? proxy(type, answer)
                : answer;
    }
}
