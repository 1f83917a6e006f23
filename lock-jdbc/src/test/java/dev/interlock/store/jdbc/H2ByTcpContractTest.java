package dev.interlock.store.jdbc;

class H2ByTcpContractTest extends JdbcStoreContract {

    H2ByTcpContractTest() {
        super(TestDatabase.H2_BY_TCP);
    }
}
