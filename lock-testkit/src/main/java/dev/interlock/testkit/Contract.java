package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockWaiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the parts of the contract have in common: a manager on a hand-driven clock, and others who contend for its locks. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class Contract {

    static final LockOwner ALICE = LockOwner.named("alice");
    static final LockOwner BOB = LockOwner.named("bob");
    static final LockOwner CAROL = LockOwner.named("carol");
    static final LockOwner DAVE = LockOwner.named("dave");

    /** Long enough that nobody waits in vain by mistake. */
    static final Duration LONG = Duration.ofHours(1);

    static final Duration SECOND = Duration.ofSeconds(1);

    final ManualTime time = new ManualTime();
    final Contenders contenders = new Contenders();
    private final Function<ManualTime, InterlockManager.Builder> backend;
    private final List<LockManager> made = new ArrayList<>();

    LockManager locks;

    Contract(Function<ManualTime, InterlockManager.Builder> backend) {
        this.backend = backend;
    }

    @BeforeEach
    void makeTheManager() {
        locks = manager(settings -> settings);
    }

    @AfterEach
    void closeEverything() {
        contenders.close();
        for (LockManager each : made) {
            contenders.start("closing", () -> close(each)).result();
        }
    }

    private static boolean close(LockManager manager) {
        manager.close();
        return true;
    }

    /** Nobody looks for what takes long, unless the test wants it: then only its own timers run. */
    final LockManager manager(UnaryOperator<InterlockManager.Builder> settings) {
        LockManager manager = settings.apply(
                        backend.apply(time).timeSource(time).longWait(Duration.ZERO))
                .build();
        made.add(manager);
        return manager;
    }

    /** Lets a thread acquire this, and waits until it is in the queue. */
    final Contender<LockHandle> queued(LockRequest request) {
        int before = waiters(request.resource()).size();
        Contender<LockHandle> contender = contenders.start("contender-" + (before + 1), request::acquire);
        Contenders.untilWaiting(locks, request.resource(), before + 1);
        return contender;
    }

    /** Lets this be acquired without a thread, and checks that it is in the queue. */
    final Pending queuedAsync(LockRequest request) {
        int before = waiters(request.resource()).size();
        Pending pending = new Pending(request.acquireAsync());
        assertThat(waiters(request.resource())).hasSize(before + 1);
        return pending;
    }

    /** An acquisition that no thread waits for. */
    record Pending(CompletableFuture<LockHandle> future) {

        LockHandle granted() {
            return Contender.resultOf(future);
        }

        Throwable failure() {
            return Contender.failureOf(future);
        }

        void cancel() {
            future.cancel(false);
        }
    }

    final List<LockWaiter> waiters(String resource) {
        return Contenders.waiters(locks, resource);
    }

    final List<String> waitingOwners(String resource) {
        return waiters(resource).stream().map(waiter -> waiter.owner().name()).toList();
    }

    static LockHandle granted(CompletableFuture<LockHandle> future) {
        return Contender.resultOf(future);
    }

    final void assertIdle(String resource) {
        Contenders.untilIdle(locks, resource);
        LockHandle free = locks.write(resource).timeout(Duration.ZERO).acquire();
        free.close();
    }
}
