package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Waiting where each release hands the lock over. */
@Tag("once")
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
