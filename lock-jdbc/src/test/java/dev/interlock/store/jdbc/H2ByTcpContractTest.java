package dev.interlock.store.jdbc;

import org.junit.jupiter.api.Tag;

@Tag("once")
class H2ByTcpContractTest extends JdbcStoreContract {

    H2ByTcpContractTest() {
        super(TestDatabase.H2_BY_TCP);
    }
}
