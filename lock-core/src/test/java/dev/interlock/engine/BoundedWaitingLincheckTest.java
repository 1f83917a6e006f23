package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import org.junit.jupiter.api.Test;

/** Waiting where newcomers may go first for a while, and the lock is forgotten whenever it is idle. */
public class BoundedWaitingLincheckTest extends WaitingOperations {

    public BoundedWaitingLincheckTest() {
        super(FairnessPolicy.BOUNDED, 0);
    }

    @Test
    void everyInterleavingExcludesAndNobodyIsForgotten() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void underStressItExcludesAndNobodyIsForgotten() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }
}
