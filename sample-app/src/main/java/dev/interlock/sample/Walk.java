package dev.interlock.sample;

import dev.interlock.DeadlockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.MultiLockHandle;
import dev.interlock.monitor.LockStatistics;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;

/** One thing after the other that a lock manager can do. */
final class Walk {

    private static final LockOwner ANNA = LockOwner.named("anna");
    private static final LockOwner BEN = LockOwner.named("ben");

    private final LockManager locks;
    private final Consumer<String> out;

    Walk(LockManager locks, Consumer<String> out) {
        this.locks = locks;
        this.out = out;
    }

    void go() {
        sharedReads();
        timeout();
        transfer();
        lease();
        deadlock();
        forceRelease();
        statistics();
    }

    private void sharedReads() {
        title("Two readers share an account");
        try (LockHandle anna = locks.read("account", 42).owner(ANNA).acquire();
                LockHandle ben = locks.read("account", 42).owner(BEN).acquire()) {
            locks.monitor().holders("account:42").forEach(holder -> out.accept("  " + holder.owner() + " reads"));
        }
    }

    private void timeout() {
        title("A writer keeps others out, and a timeout says who");
        try (LockHandle anna =
                locks.write("account", 42).owner(ANNA).reason("monthly closing").acquire()) {
            locks.read("account", 42).owner(BEN).timeout(Duration.ofMillis(50)).acquire();
        } catch (LockTimeoutException late) {
            out.accept("  " + late.getMessage());
        }
    }

    private void transfer() {
        title("A transfer takes two accounts together, always in the same order");
        try (MultiLockHandle both =
                locks.all(locks.write("account", 9), locks.write("account", 3)).acquire()) {
            both.handles().forEach(held -> out.accept("  " + held));
        }
    }

    private void lease() {
        title("A lease runs out, and the holder is told");
        CompletableFuture<String> told = new CompletableFuture<>();
        try (LockHandle held =
                locks.write("report").lease(Duration.ofMillis(50)).acquire()) {
            held.onLost(() -> told.complete("  lost: " + held));
            out.accept(told.join());
        }
    }

    private void deadlock() {
        title("Two transfers that take their accounts one by one, in opposite orders");
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        CompletableFuture<Void> one = CompletableFuture.runAsync(() -> takeBoth(ANNA, 3, 9, bothHoldOne));
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> takeBoth(BEN, 9, 3, bothHoldOne));
        CompletableFuture.allOf(one, other).join();
    }

    private void takeBoth(LockOwner who, int first, int second, CyclicBarrier bothHoldOne) {
        try (LockHandle held = locks.write("account", first).owner(who).acquire()) {
            await(bothHoldOne);
            try (LockHandle also = locks.write("account", second).owner(who).acquire()) {
                out.accept("  " + who + " got both");
            }
        } catch (DeadlockException victim) {
            out.accept("  " + who + " gave way: "
                    + victim.report().describe().replace(System.lineSeparator(), System.lineSeparator() + "  "));
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private void forceRelease() {
        title("An operator takes a lock away");
        try (LockHandle stuck = locks.write("stock:7").owner(ANNA).acquire()) {
            locks.monitor().forceRelease("stock:7", "operator", "anna's job hangs");
            try (LockHandle next = locks.write("stock:7").owner(BEN).acquire()) {
                out.accept("  anna had token " + stuck.fencingToken() + " and holds: " + stuck.isHeld()
                        + "; ben has token " + next.fencingToken());
            }
        }
    }

    private void statistics() {
        title("What has happened, by type");
        for (LockStatistics each : locks.monitor().statisticsByType()) {
            out.accept("  " + each.name() + ": " + each.read().acquisitions() + " reads, "
                    + each.write().acquisitions() + " writes, "
                    + (each.read().timeouts() + each.write().timeouts()) + " timeouts, longest wait "
                    + each.write().waited().max().toMillis() + " ms");
        }
    }

    private void title(String title) {
        out.accept("");
        out.accept(title);
    }
}
