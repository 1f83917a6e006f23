package dev.interlock.sample.demo;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What goes wrong when locks are taken one by one. */
@Component
class Scenes {

    private static final Logger log = LoggerFactory.getLogger(Scenes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LockManager locks;

    Scenes(LockManager locks) {
        this.locks = locks;
    }

    /** Deadlocks that stand, each as a story. */
    record Deadlock(List<String> standing) {}

    /** Orders that do not agree, each as a story. */
    record NearMiss(List<String> violations) {}

    /** Two workers each take one lock, wait until both have, and ask for the other's. Answers as soon as that is noticed. */
    Deadlock deadlock(Duration timeout) throws InterruptedException {
        CyclicBarrier bothHold = new CyclicBarrier(2);
        worker("anna", "room:kitchen", "room:cellar", timeout, bothHold);
        worker("ben", "room:cellar", "room:kitchen", timeout, bothHold);
        long tooLate = System.nanoTime() + PATIENCE.toNanos();
        while (locks.monitor().deadlocks().isEmpty() && System.nanoTime() - tooLate < 0) {
            Thread.sleep(5);
        }
        return new Deadlock(locks.monitor().deadlocks().stream()
                .map(DeadlockReport::describe)
                .toList());
    }

    private void worker(String name, String first, String second, Duration timeout, CyclicBarrier bothHold) {
        Runnable work = () -> {
            try (LockHandle held = locks.write(first).timeout(timeout).acquire()) {
                bothHold.await();
                locks.write(second).timeout(timeout).run(() -> log.info("{} got both rooms", name));
            } catch (LockException gaveUp) {
                log.info("{} gave up: {}", name, gaveUp.getMessage());
            } catch (InterruptedException | BrokenBarrierException ended) {
                log.debug("{} was sent home", name, ended);
            }
        };
        new Thread(work, name).start();
    }

    /** Takes an order and its invoice, then the same two the other way round. Nobody waits, and yet it is noticed. */
    NearMiss nearMiss() {
        locks.write("order:1").run(() -> locks.write("invoice:1").run(() -> log.info("the order is billed")));
        locks.write("invoice:1").run(() -> locks.write("order:1").run(() -> log.info("the invoice is cancelled")));
        return new NearMiss(locks.monitor().orderViolations().stream()
                .map(OrderViolation::describe)
                .toList());
    }
}
