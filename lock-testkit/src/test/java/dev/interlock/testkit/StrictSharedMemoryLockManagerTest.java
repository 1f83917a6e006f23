package dev.interlock.testkit;

import dev.interlock.FairnessPolicy;
import dev.interlock.engine.InterlockManager;
import org.junit.jupiter.api.Tag;

@Tag("once")
class StrictSharedMemoryLockManagerTest extends LockManagerContract {

    private final SharedMemoryStore space = new SharedMemoryStore();

    @Override
    protected InterlockManager.Builder builder(ManualTime time) {
        return InterlockManager.builder().fairness(FairnessPolicy.STRICT).store(space.connect());
    }
}
