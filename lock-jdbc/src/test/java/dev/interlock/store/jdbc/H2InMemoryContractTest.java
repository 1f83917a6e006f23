package dev.interlock.store.jdbc;

class H2InMemoryContractTest extends JdbcStoreContract {

    H2InMemoryContractTest() {
        super(TestDatabase.H2_IN_MEMORY);
    }
}
