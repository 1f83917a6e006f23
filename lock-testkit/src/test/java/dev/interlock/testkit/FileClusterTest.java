package dev.interlock.testkit;

import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionStart;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that meet in a directory. */
@Tag("once")
class FileClusterTest extends ClusterContract {

    private final FileLockStoreTest files = new FileLockStoreTest();

    @TempDir
    Path temporary;

    @BeforeEach
    void useTheDirectory() {
        files.temporary = temporary;
    }

    @Override
    protected LockStore open() {
        return files.open();
    }

    @Override
    protected void clear() {
        files.clear();
    }

    @Override
    protected void expire(SessionStart session) {
        files.expire(session);
    }
}
