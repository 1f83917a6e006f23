package dev.interlock.spring.jdbc;

import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Proxies that hand out the connection of the thread's transaction. A lock that was taken in it would end with it. */
final class TransactionAware {

    private TransactionAware() {}

    /** What is behind the innermost of them. */
    static DataSource unwrapped(DataSource source) {
        DataSource result = source;
        @Nullable DataSource each = source;
        while (each instanceof DelegatingDataSource proxy) {
            each = proxy.getTargetDataSource();
            if (proxy instanceof TransactionAwareDataSourceProxy && each != null) {
                result = each;
            }
        }
        return result;
    }
}
