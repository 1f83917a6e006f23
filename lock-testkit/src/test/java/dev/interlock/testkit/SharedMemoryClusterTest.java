package dev.interlock.testkit;

import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionStart;

class SharedMemoryClusterTest extends ClusterContract {

    private final SharedMemoryStore space = new SharedMemoryStore();

    @Override
    protected LockStore open() {
        return space.connect();
    }

    @Override
    protected void clear() {
        space.clear();
    }

    @Override
    protected void expire(SessionStart session) {
        space.expire(session.id());
    }
}
