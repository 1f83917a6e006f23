package dev.interlock.store.jdbc;

class PostgreSqlClusterTest extends JdbcClusterContract {

    PostgreSqlClusterTest() {
        super(TestDatabase.POSTGRESQL);
    }
}
