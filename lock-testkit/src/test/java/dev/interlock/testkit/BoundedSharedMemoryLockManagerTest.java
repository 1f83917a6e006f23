package dev.interlock.testkit;

import dev.interlock.FairnessPolicy;
import dev.interlock.engine.InterlockManager;

class BoundedSharedMemoryLockManagerTest extends LockManagerContract {

    private final SharedMemoryStore space = new SharedMemoryStore();

    @Override
    protected InterlockManager.Builder builder(ManualTime time) {
        return InterlockManager.builder().fairness(FairnessPolicy.BOUNDED).store(space.connect());
    }
}
