package dev.interlock.engine;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.interlock.LockHandle;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** How hard Lincheck tries. Scenarios are small, because what goes wrong between threads goes wrong between few. */
final class LincheckRuns {

    private static final int TIMES = Boolean.getBoolean("interlock.soak") ? 40 : 1;

    /** What is searched is our own code, step by step, so a second JDK adds little; what runs freely there is not less. */
    private static final int SEARCHED = Boolean.getBoolean("interlock.second") ? 1 : 4;

    /** What has been proved elsewhere, or decides nothing: no switch of threads inside, so that more are tried outside. None of it waits. */
    private static final String[] OTHERS = {
        "java.util.concurrent.ConcurrentHashMap",
        "dev.interlock.engine.Describe",
        "dev.interlock.engine.EngineClock",
        "dev.interlock.engine.EventBus",
        "dev.interlock.engine.LockNumbers",
        "dev.interlock.engine.LongWatch",
        "dev.interlock.engine.Monitor",
        "dev.interlock.engine.OrderWatch",
        "dev.interlock.engine.Tally"
    };

    private LincheckRuns() {}

    static ModelCheckingOptions modelChecking(Class<?> specification) {
        return new ModelCheckingOptions()
                .iterations(SEARCHED * TIMES)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .addGuarantee(forClasses(OTHERS).allMethods().treatAsAtomic())
                .sequentialSpecification(specification);
    }

    /** How many owners a manager knows by name: those who hold or wait. */
    static int ownersKnownTo(InterlockManager locks) {
        try (LockHandle probe = locks.write("probe").acquire()) {
            return ((Hold) probe).lock.type.engine.owners.sharedCount();
        }
    }

    static StressOptions stress(Class<?> specification) {
        return new StressOptions()
                .iterations(8 * TIMES)
                .invocationsPerIteration(2_000)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(specification);
    }
}
