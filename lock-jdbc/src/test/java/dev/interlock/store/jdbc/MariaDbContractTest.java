package dev.interlock.store.jdbc;

import org.junit.jupiter.api.Tag;

@Tag("once")
class MariaDbContractTest extends JdbcStoreContract {

    MariaDbContractTest() {
        super(TestDatabase.MARIADB);
    }
}
