package dev.interlock.store.jdbc;

class H2InMemoryClusterTest extends JdbcClusterContract {

    H2InMemoryClusterTest() {
        super(TestDatabase.H2_IN_MEMORY);
    }
}
