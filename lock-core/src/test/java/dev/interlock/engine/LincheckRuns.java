package dev.interlock.engine;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** How hard Lincheck tries. Scenarios are small, because what goes wrong between threads goes wrong between few. */
final class LincheckRuns {

    private static final int TIMES = Boolean.getBoolean("interlock.soak") ? 20 : 1;

    private LincheckRuns() {}

    static ModelCheckingOptions modelChecking(Class<?> specification) {
        return new ModelCheckingOptions()
                .iterations(6 * TIMES)
                .invocationsPerIteration(150)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(specification);
    }

    static StressOptions stress(Class<?> specification) {
        return new StressOptions()
                .iterations(15 * TIMES)
                .invocationsPerIteration(2_000)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(specification);
    }
}
