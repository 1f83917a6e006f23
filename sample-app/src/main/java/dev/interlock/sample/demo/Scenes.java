package dev.interlock.sample.demo;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** What goes wrong when locks are taken one by one. */
@Component
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
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

    /**
     * Anna and Ben each enter a room, wait until both are in, and ask for the other's room. Answers as soon as that is noticed;
     * the two are stuck until their time is up.
     */
    Deadlock deadlock(Duration timeout) throws InterruptedException {
        LockRequest kitchen = locks.write("room:kitchen").timeout(timeout);
        LockRequest cellar = locks.write("room:cellar").timeout(timeout);
        CyclicBarrier bothIn = new CyclicBarrier(2);
        new Thread(() -> walk(kitchen, cellar, bothIn), "anna").start();
        new Thread(() -> walk(cellar, kitchen, bothIn), "ben").start();
        return new Deadlock(standing().stream().map(DeadlockReport::describe).toList());
    }

    private List<DeadlockReport> standing() throws InterruptedException {
        long asked = System.nanoTime();
        while (locks.monitor().deadlocks().isEmpty() && System.nanoTime() - asked < PATIENCE.toNanos()) {
            Thread.sleep(5);
        }
        return locks.monitor().deadlocks();
    }

    /** Whoever finds the first room taken goes home: the scene is on already. */
    private static void walk(LockRequest room, LockRequest next, CyclicBarrier bothIn) {
        String name = Thread.currentThread().getName();
        try (LockHandle in = room.timeout(Duration.ZERO).acquire()) {
            bothIn.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            next.run(() -> log.info("{} has been in both rooms", name));
        } catch (LockException gaveUp) {
            log.info("{} gave up: {}", name, gaveUp.getMessage());
        } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
            log.info("{} is alone and goes home", name);
        }
    }

    /** One method takes an order and its invoice, the other takes them the other way round. Nobody waits, yet it is noticed. */
    NearMiss nearMiss() {
        bill();
        cancel();
        return new NearMiss(locks.monitor().orderViolations().stream()
                .map(OrderViolation::describe)
                .toList());
    }

    private void bill() {
        try (LockHandle order = locks.write("order:1").acquire();
                LockHandle invoice = locks.write("invoice:1").acquire()) {
            log.info("{} is billed by {}", order.resource(), invoice.resource());
        }
    }

    private void cancel() {
        try (LockHandle invoice = locks.write("invoice:1").acquire();
                LockHandle order = locks.write("order:1").acquire()) {
            log.info("{} of {} is cancelled", invoice.resource(), order.resource());
        }
    }
}
