package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A thread that parks against a release: its unpark must not be lost. */
@JCStressTest
@Outcome(id = "false", expect = Expect.ACCEPTABLE, desc = "It was woken.")
@Outcome(expect = Expect.FORBIDDEN, desc = "It slept until it lost patience.")
@State
public class SleeperOrRelease {

    private final Sleeping time = new Sleeping();
    private final InterlockManager locks = InterlockManager.builder()
            .fairness(FairnessPolicy.BOUNDED)
            .historySize(0)
            .statistics(false)
            .timeSource(time)
            .callbackExecutor(Runnable::run)
            .build();
    private final LockHandle held = take("holder");

    private LockHandle take(String owner) {
        return locks.write(Fixture.RESOURCE).owner(LockOwner.named(owner)).acquire();
    }

    /** The thread that waits. */
    @Actor
    public void sleep(Z_Result result) {
        take("sleeper").close();
        result.r1 = time.outOfPatience;
    }

    /** The holder. */
    @Actor
    public void release() {
        held.close();
    }

    /** Parks for much longer than a release takes on the busiest machine, and remembers if that was not enough. */
    private static final class Sleeping implements TimeSource {

        private static final long PATIENCE = 20_000_000_000L;

        volatile boolean outOfPatience;

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }

        @Override
        public void parkUntil(Object blocker, long nanoTime) {
            long before = System.nanoTime();
            LockSupport.parkNanos(blocker, PATIENCE);
            outOfPatience |= System.nanoTime() - before >= PATIENCE;
        }

        @Override
        public Scheduled schedule(long nanoTime, Runnable task) {
            return () -> {};
        }
    }
}
