package dev.interlock.testkit;

import dev.interlock.FairnessPolicy;
import dev.interlock.engine.InterlockManager;

class StrictMemoryLockManagerTest extends LockManagerContract {

    @Override
    protected InterlockManager.Builder builder(ManualTime time) {
        return InterlockManager.builder().fairness(FairnessPolicy.STRICT);
    }
}
