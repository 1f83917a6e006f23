package dev.interlock.testkit;

import dev.interlock.FairnessPolicy;
import dev.interlock.engine.InterlockManager;

class StrictSharedMemoryLockManagerTest extends LockManagerContract {

    private final SharedMemoryStore space = new SharedMemoryStore();

    @Override
    protected InterlockManager.Builder builder(ManualTime time) {
        return InterlockManager.builder().fairness(FairnessPolicy.STRICT).store(space.connect());
    }
}
