package dev.interlock.engine;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same while the table forgets the lock whenever it is idle: nobody may notice, not even by the tokens. */
@Tag("once")
public class ForgettingLincheckTest extends HoldingOperations {

    public ForgettingLincheckTest() {
        super(InterlockManager.builder().maxResources(0));
    }

    @Test
    void everyInterleavingAnswersAsIfNothingWereForgotten() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void underStressItAnswersAsIfNothingWereForgotten() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }
}
