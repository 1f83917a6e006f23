package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.spi.TimeSource.Scheduled;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An acquisition that blocks nobody. Whoever completes the future first decides: if that is not the grant, the request
 * leaves the queue, and a hold that was granted meanwhile is given back.
 */
final class AsyncAcquisition {

    private final Engine engine;
    private final Attempt attempt;
    private final CompletableFuture<LockHandle> future = new CompletableFuture<>();
    private volatile @Nullable AsyncWaiter waiter;
    private volatile @Nullable Scheduled timer;

    AsyncAcquisition(Engine engine, Attempt attempt) {
        this.engine = engine;
        this.attempt = attempt;
    }

    CompletableFuture<LockHandle> begin() {
        try {
            if (engine.learnsOrder()) {
                attempt.mindOrder();
            }
            Hold atOnce = attempt.locally();
            if (atOnce != null && !attempt.checksInStore()) {
                return CompletableFuture.completedFuture(attempt.checked(atOnce));
            }
            if (atOnce != null) {
                checkAside(atOnce);
                return future;
            }
            if (attempt.asksTheStore() && (attempt.timeout() == 0 || attempt.comesAgain())) {
                attempt.aside(this::askOnce);
            } else if (attempt.timeout() > 0) {
                enqueue();
            } else {
                throw attempt.timedOut();
            }
        } catch (Throwable failure) {
            failedToBegin(failure);
        }
        return future;
    }

    /** Whoever stands in the queue already is counted off as it leaves that. */
    private void failedToBegin(Throwable failure) {
        if (waiter == null) {
            attempt.abandon();
        }
        future.completeExceptionally(failure);
    }

    /** Whoever does not want to wait is not made to wait for the store either, nor is one who holds already: it is asked elsewhere. */
    private void askOnce() {
        try {
            Hold hold = attempt.withoutWaiting();
            if (hold == null && attempt.timeout() > 0) {
                enqueue();
            } else if (hold == null) {
                throw attempt.timedOut();
            } else {
                outcome(hold).run();
            }
        } catch (Throwable failure) {
            failedToBegin(failure);
        }
    }

    private void enqueue() {
        AsyncWaiter joined = attempt.join(
                (queue, details, now) -> new AsyncWaiter(queue, attempt.owner, attempt.options, details, now, this));
        waiter = joined;
        CompletableFuture<LockHandle> unused = future.whenComplete((handle, failure) -> {
            if (!(handle instanceof Hold)) {
                withdraw();
            }
        });
        if (joined.isWaiting()) {
            Scheduled scheduled = engine.clock.source().schedule(attempt.deadline(), this::deadlinePassed);
            timer = scheduled;
            if (!joined.isWaiting()) {
                scheduled.cancel();
            }
        }
        attempt.waitBegan(joined);
        attempt.linedUp();
    }

    /** Called on the callback executor. */
    void settled(AsyncWaiter settled) {
        cancelTimer();
        attempt.waitEnded(settled);
        attempt.gone(settled);
        switch (settled.state()) {
            case GRANTED -> deliver(settled);
            case VICTIM -> fail(attempt.victim(settled));
            case UPGRADE -> fail(attempt.upgradeRefused());
            default -> fail(attempt.closed());
        }
    }

    private void deliver(AsyncWaiter granted) {
        Hold hold;
        try {
            hold = attempt.granted(granted);
            if (hold.isLostToOthers()) {
                RuntimeException lost = hold.lost();
                Engine.giveBack(hold);
                throw lost;
            }
        } catch (Throwable failure) {
            fail(failure);
            return;
        }
        if (attempt.checksInStore()) {
            checkAside(hold);
        } else {
            outcome(hold).run();
        }
    }

    /** The store is asked in a thread that may wait for it, and what comes of it is told in one that others may keep. */
    private void checkAside(Hold hold) {
        attempt.surelyAside(() -> engine.complete(outcome(hold)));
    }

    private Runnable outcome(Hold hold) {
        try {
            attempt.checked(hold);
        } catch (Throwable failure) {
            return () -> fail(failure);
        }
        return () -> {
            if (!future.complete(hold)) {
                hold.giveBack();
            }
        };
    }

    private void fail(Throwable failure) {
        attempt.abandon();
        future.completeExceptionally(failure);
    }

    private void deadlinePassed() {
        AsyncWaiter waiting = waiter;
        if (waiting != null && waiting.queue.withdraw(waiting)) {
            engine.complete(() -> {
                attempt.waitEnded(waiting);
                attempt.gone(waiting);
                fail(attempt.timedOut());
            });
        }
    }

    private void withdraw() {
        cancelTimer();
        AsyncWaiter waiting = waiter;
        if (waiting != null && waiting.queue.withdraw(waiting)) {
            attempt.waitEnded(waiting);
            attempt.gone(waiting);
            attempt.cancelled();
            attempt.abandon();
        }
    }

    private void cancelTimer() {
        EngineClock.cancel(timer);
    }
}
