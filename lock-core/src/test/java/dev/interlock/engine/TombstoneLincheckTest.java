package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One release that forgets the lock against one request that makes it anew: small enough to try every switch. */
@Tag("once")
public class TombstoneLincheckTest {

    private static final String RESOURCE = "account:1";

    private final InterlockManager locks = InterlockManager.builder()
            .maxResources(0)
            .statistics(false)
            .timeSource(new JumpingTime())
            .callbackExecutor(Runnable::run)
            .build();
    private final LockHandle first =
            locks.write(RESOURCE).owner(LockOwner.named("first")).acquire();

    @Operation
    public void release() {
        first.close();
    }

    /** Whether the request was refused, or got a token that is higher than the first. */
    @Operation
    public boolean takeWithHigherToken() {
        return locks.write(RESOURCE)
                .owner(LockOwner.named("second"))
                .tryAcquire()
                .map(held -> held.fencingToken() > first.fencingToken())
                .orElse(true);
    }

    @Test
    void everyInterleavingRaisesTheToken() {
        LincheckRuns.modelChecking(Specification.class)
                .iterations(4)
                .invocationsPerIteration(2_000)
                .actorsPerThread(1)
                .actorsBefore(0)
                .actorsAfter(0)
                .check(getClass());
    }

    /** Always. */
    public static final class Specification {

        public void release() {}

        public boolean takeWithHigherToken() {
            return true;
        }
    }
}
