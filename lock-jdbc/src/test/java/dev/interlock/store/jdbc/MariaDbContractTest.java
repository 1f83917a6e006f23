package dev.interlock.store.jdbc;

class MariaDbContractTest extends JdbcStoreContract {

    MariaDbContractTest() {
        super(TestDatabase.MARIADB);
    }
}
