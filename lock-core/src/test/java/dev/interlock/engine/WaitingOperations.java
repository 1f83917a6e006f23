package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockTimeoutException;
import dev.interlock.monitor.LockCounts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/**
 * Waiting of every kind. Each operation gives back what it takes, so that none waits for ever; what they do in between is
 * to count without any protection but the lock, so that their results are those of a counter only if the lock excludes.
 */
public abstract class WaitingOperations {

    private static final String RESOURCE = "account:1";

    private final InterlockManager locks;
    private int counter;
    private long lastToken;

    WaitingOperations(FairnessPolicy fairness, int maxResources) {
        locks = InterlockManager.builder()
                .fairness(fairness)
                .maxResources(maxResources)
                .statistics(false)
                .writeTimeout(Duration.ofDays(36_500))
                .readTimeout(Duration.ofDays(36_500))
                .timeSource(new JumpingTime())
                .callbackExecutor(Runnable::run)
                .build();
    }

    @Operation
    public int increment() {
        try (LockHandle held = locks.write(RESOURCE).acquire()) {
            return incrementHolding(held);
        }
    }

    @Operation
    public int incrementFirst() {
        try (LockHandle held = locks.write(RESOURCE).priority(9).acquire()) {
            return incrementHolding(held);
        }
    }

    @Operation
    public int incrementAsync() {
        Arrival arrival = new Arrival();
        CompletableFuture<LockHandle> unused =
                locks.write(RESOURCE).acquireAsync().whenComplete((handle, failure) -> arrival.is(handle));
        try (LockHandle held = arrival.await()) {
            return incrementHolding(held);
        }
    }

    private int incrementHolding(LockHandle held) {
        if (held.fencingToken() <= lastToken) {
            throw new IllegalStateException("token " + held.fencingToken() + " after " + lastToken);
        }
        lastToken = held.fencingToken();
        return ++counter;
    }

    @Operation
    public int get() {
        try (LockHandle held = locks.read(RESOURCE).acquire()) {
            return counter;
        }
    }

    @Operation
    public int getAfterDowngrade() {
        try (LockHandle held = locks.write(RESOURCE).acquire();
                LockHandle shared = held.downgrade()) {
            return counter;
        }
    }

    @Operation
    public void giveUpWriting() {
        try (LockHandle held =
                locks.write(RESOURCE).timeout(Duration.ofMillis(5)).acquire()) {
            lastToken = held.fencingToken();
        } catch (LockTimeoutException timedOut) {
            // one of the two
        }
    }

    @Operation
    public void giveUpReading() {
        try (LockHandle held =
                locks.read(RESOURCE).timeout(Duration.ofMillis(5)).acquire()) {
            held.ensureHeld();
        } catch (LockTimeoutException timedOut) {
            // one of the two
        }
    }

    @Operation
    public void writeInterrupted() {
        Thread.currentThread().interrupt();
        try (LockHandle held = locks.write(RESOURCE).acquire()) {
            lastToken = held.fencingToken();
        } catch (LockInterruptedException interrupted) {
            // one of the two
        }
        if (!Thread.interrupted()) {
            throw new IllegalStateException("the interrupt was swallowed");
        }
    }

    @Operation
    public void cancelWriting() {
        CompletableFuture<LockHandle> asked = locks.write(RESOURCE).acquireAsync();
        if (!asked.cancel(false)) {
            asked.join().close();
        }
    }

    @Operation
    public void tryWriting() {
        locks.write(RESOURCE).tryAcquire().ifPresent(held -> {
            lastToken = held.fencingToken();
            held.close();
        });
    }

    @Validate
    public void nothingIsLeft() {
        LockCounts counts = locks.monitor().count();
        if (counts.holds() + counts.waiters() + counts.resources() > 0) {
            throw new IllegalStateException(counts.toString());
        }
        if (LincheckRuns.ownersKnownTo(locks) > 0) {
            throw new IllegalStateException("an owner is remembered who holds nothing");
        }
    }

    /** Waits by monitor, for a lost notification is one that model checking can see. */
    private static final class Arrival {

        private @Nullable LockHandle handle;

        synchronized void is(@Nullable LockHandle arrived) {
            handle = arrived;
            notifyAll();
        }

        @SuppressWarnings("WaitNotInLoop") // it is
        synchronized LockHandle await() {
            while (handle == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return handle;
        }
    }

    /** A counter. */
    public static final class Specification {

        private int counter;

        public int increment() {
            return ++counter;
        }

        public int incrementFirst() {
            return ++counter;
        }

        public int incrementAsync() {
            return ++counter;
        }

        public int get() {
            return counter;
        }

        public int getAfterDowngrade() {
            return counter;
        }

        public void giveUpWriting() {}

        public void giveUpReading() {}

        public void writeInterrupted() {}

        public void cancelWriting() {}

        public void tryWriting() {}
    }
}
