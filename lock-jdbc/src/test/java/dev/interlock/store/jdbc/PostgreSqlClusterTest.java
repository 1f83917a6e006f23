package dev.interlock.store.jdbc;

import org.junit.jupiter.api.Tag;

@Tag("once")
class PostgreSqlClusterTest extends JdbcClusterContract {

    PostgreSqlClusterTest() {
        super(TestDatabase.POSTGRESQL);
    }
}
