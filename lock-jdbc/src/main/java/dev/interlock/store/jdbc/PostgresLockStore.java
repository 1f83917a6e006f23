package dev.interlock.store.jdbc;

import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.RecordKey;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** A store whose database wakes those who wait. */
final class PostgresLockStore extends JdbcLockStore implements ChangeFeed {

    private final PostgresListener listener;

    PostgresLockStore(Parts parts, DataSource dataSource) {
        super(parts);
        listener = new PostgresListener(dataSource, parts.where());
    }

    @Override
    public AutoCloseable subscribe(String session, Consumer<RecordKey> hint) {
        return listener.subscribe(session, hint);
    }

    @Override
    public void close() {
        listener.close();
        super.close();
    }
}
