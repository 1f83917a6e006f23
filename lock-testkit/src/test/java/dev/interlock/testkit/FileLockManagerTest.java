package dev.interlock.testkit;

import dev.interlock.FairnessPolicy;
import dev.interlock.engine.InterlockManager;
import dev.interlock.store.file.FileLockStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class FileLockManagerTest extends LockManagerContract {

    @TempDir
    Path temporary;

    @Override
    protected InterlockManager.Builder builder(ManualTime time) {
        return InterlockManager.builder()
                .fairness(FairnessPolicy.BOUNDED)
                .store(FileLockStore.in(temporary.resolve("locks")));
    }
}
