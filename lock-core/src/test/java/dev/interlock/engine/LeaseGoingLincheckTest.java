package dev.interlock.engine;

import dev.interlock.LockOwner;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One who comes in against the lease that goes: small enough to try every switch. */
@Tag("once")
public class LeaseGoingLincheckTest {

    private final LeasedLock leased = new LeasedLock();
    private final Owner owner = leased.engine.owners.enter(LockOwner.named("owner"));

    public LeaseGoingLincheckTest() throws ReflectiveOperationException {
        leased.lease();
    }

    @Operation
    public boolean comeIn() {
        return leased.lock.push(owner, Options.WRITE, null, 0, true) != null;
    }

    @Operation
    public boolean go() throws ReflectiveOperationException {
        return leased.giveBack();
    }

    @Test
    void everyInterleavingLetsOneOfTheTwoWin() {
        LincheckRuns.modelChecking(Specification.class)
                .iterations(6)
                .invocationsPerIteration(2_000)
                .actorsPerThread(1)
                .actorsBefore(0)
                .actorsAfter(0)
                .check(getClass());
    }

    /** Whoever is first. */
    public static final class Specification {

        private boolean taken;
        private boolean gone;

        public boolean comeIn() {
            boolean in = !taken && !gone;
            taken |= in;
            return in;
        }

        public boolean go() {
            boolean went = !taken && !gone;
            gone |= went;
            return went;
        }
    }
}
