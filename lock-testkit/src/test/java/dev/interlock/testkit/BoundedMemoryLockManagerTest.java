package dev.interlock.testkit;

import dev.interlock.FairnessPolicy;
import dev.interlock.engine.InterlockManager;

class BoundedMemoryLockManagerTest extends LockManagerContract {

    @Override
    protected InterlockManager.Builder builder(ManualTime time) {
        return InterlockManager.builder().fairness(FairnessPolicy.BOUNDED);
    }
}
