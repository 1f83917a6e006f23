package dev.interlock.store.jdbc;

class PostgreSqlContractTest extends JdbcStoreContract {

    PostgreSqlContractTest() {
        super(TestDatabase.POSTGRESQL);
    }
}
