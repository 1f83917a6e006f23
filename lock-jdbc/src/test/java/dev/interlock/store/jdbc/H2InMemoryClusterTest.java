package dev.interlock.store.jdbc;

import org.junit.jupiter.api.Tag;

@Tag("once")
class H2InMemoryClusterTest extends JdbcClusterContract {

    H2InMemoryClusterTest() {
        super(TestDatabase.H2_IN_MEMORY);
    }
}
