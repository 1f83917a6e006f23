package dev.interlock.engine;

import org.junit.jupiter.api.Test;

/** The stack of holds. */
public class HoldingLincheckTest extends HoldingOperations {

    public HoldingLincheckTest() {
        super(InterlockManager.builder());
    }

    @Test
    void everyInterleavingAnswersAsOneThingAtATimeWould() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void underStressItAnswersAsOneThingAtATimeWould() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }
}
