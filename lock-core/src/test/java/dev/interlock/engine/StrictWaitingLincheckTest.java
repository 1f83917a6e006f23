package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import org.junit.jupiter.api.Test;

/** Waiting where each release hands the lock over. */
public class StrictWaitingLincheckTest extends WaitingOperations {

    public StrictWaitingLincheckTest() {
        super(FairnessPolicy.STRICT, 1000);
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
