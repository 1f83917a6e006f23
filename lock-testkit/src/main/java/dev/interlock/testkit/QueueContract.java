package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who comes first is served first, whoever leaves the queue takes nothing with him, and nobody starves. */
abstract class QueueContract extends Contract {

    private static final Duration BOUND = Duration.ofMillis(1);
    private static final Duration AGEING = Duration.ofMillis(100);

    private LockHandle held;

    QueueContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @BeforeEach
    void somebodyWrites() {
        locks = manager(settings -> settings.fairnessBound(BOUND).priorityAgeing(AGEING));
        held = locks.write("door").owner(DAVE).acquire();
    }

    private LockRequest read(String owner) {
        return locks.read("door").owner(LockOwner.named(owner)).timeout(LONG);
    }

    private LockRequest write(String owner) {
        return locks.write("door").owner(LockOwner.named(owner)).timeout(LONG);
    }

    /** From now on nobody may overtake those who wait, whatever the policy; it may count in several bounds. */
    private void letTheBoundPass() {
        time.advance(BOUND.multipliedBy(50));
        Contenders.until("newcomers line up", () -> !passes(read("newcomer")));
    }

    private static boolean passes(LockRequest newcomer) {
        Optional<LockHandle> passed = newcomer.tryAcquire();
        passed.ifPresent(LockHandle::close);
        return passed.isPresent();
    }

    @Test
    void waitersAreGrantedInTheOrderOfTheirArrival() {
        Contender<LockHandle> first = queued(write("first"));
        Pending second = queuedAsync(write("second"));
        Contender<LockHandle> third = queued(write("third"));
        assertThat(waitingOwners("door")).containsExactly("first", "second", "third");

        held.close();
        LockHandle one = first.result();
        assertThat(waitingOwners("door")).containsExactly("second", "third");
        one.close();
        LockHandle two = second.granted();
        assertThat(waitingOwners("door")).containsExactly("third");
        two.close();
        assertThat(third.result().isHeld()).isTrue();
    }

    @Test
    void adjacentReadersAreGrantedTogether() {
        Contender<LockHandle> one = queued(read("one"));
        Pending two = queuedAsync(read("two"));
        Contender<LockHandle> three = queued(read("three"));
        Contender<LockHandle> writer = queued(write("writer"));
        Contender<LockHandle> behind = queued(read("behind"));

        held.close();
        List<LockHandle> together = List.of(one.result(), two.granted(), three.result());

        assertThat(together).allMatch(LockHandle::isHeld);
        assertThat(waitingOwners("door")).containsExactly("writer", "behind");
        together.forEach(LockHandle::close);
        writer.result().close();
        assertThat(behind.result().isHeld()).isTrue();
    }

    @Test
    @DisplayName("way 6: a stream of readers cannot starve a writer")
    void readersDoNotStarveAWriter() {
        held.close();
        LockHandle reading = read("reader").acquire();
        Contender<LockHandle> writer = queued(write("writer"));
        letTheBoundPass();
        Contender<LockHandle> later = queued(read("later"));

        assertThat(read("newcomer").tryAcquire()).isEmpty();
        assertThat(waitingOwners("door")).containsExactly("writer", "later");
        reading.close();
        writer.result().close();
        later.result().close();
    }

    @Test
    @DisplayName("way 7: a stream of writers cannot starve a reader")
    void writersDoNotStarveAReader() {
        Contender<LockHandle> writer = queued(write("writer"));
        Contender<LockHandle> reader = queued(read("reader"));
        queued(write("later"));

        held.close();
        writer.result().close();

        assertThat(reader.result().isHeld()).isTrue();
        assertThat(waitingOwners("door")).containsExactly("later");
    }

    @Test
    @DisplayName("way 9: newcomers do not keep overtaking who has waited longer than the bound")
    void noBargingBeyondTheBound() {
        Contender<LockHandle> waiting = queued(write("waiting"));
        time.advance(BOUND.multipliedBy(50));

        held.close();
        Contenders.until("newcomers line up", () -> !passes(write("newcomer")));

        assertThat(waiting.result().isHeld()).isTrue();
    }

    @Test
    @DisplayName("way 6: readers that overlap without end cannot starve a writer")
    void overlappingReadersDoNotStarveAWriter() {
        held.close();
        LockHandle[] reading = {read("first").acquire()};
        Contender<LockHandle> writer = queued(write("writer"));
        time.advance(BOUND.multipliedBy(50));

        AtomicInteger readers = new AtomicInteger();
        Contenders.until("readers line up", () -> {
            Optional<LockHandle> next =
                    read("reader " + readers.incrementAndGet()).tryAcquire();
            next.ifPresent(overlapping -> {
                reading[0].close();
                reading[0] = overlapping;
            });
            return next.isEmpty();
        });
        reading[0].close();

        assertThat(writer.result().isHeld()).isTrue();
    }

    @Test
    @DisplayName("way 9: under the strict policy nobody ever overtakes")
    void noBargingWhenStrict() {
        held.close();
        locks = manager(settings -> settings.fairness(FairnessPolicy.STRICT));
        LockHandle holding = locks.write("door").owner(DAVE).acquire();
        Contender<LockHandle> waiting = queued(write("waiting"));

        holding.close();

        assertThat(write("newcomer").tryAcquire()).isEmpty();
        assertThat(waiting.result().isHeld()).isTrue();
    }

    @Test
    @DisplayName("way 10: a writer that gives up at the head lets the readers behind it in")
    void readersBehindAWriterThatTimedOutAreLetIn() {
        held.close();
        LockHandle reading = read("reader").acquire();
        Contender<LockHandle> writer = queued(write("writer").timeout(SECOND));
        letTheBoundPass();
        Contender<LockHandle> behind = queued(read("behind"));
        Pending asWell = queuedAsync(read("as well"));

        time.advance(SECOND);

        assertThat(writer.failure()).isInstanceOf(LockTimeoutException.class);
        assertThat(behind.result().isHeld()).isTrue();
        assertThat(asWell.granted().isHeld()).isTrue();
        assertThat(reading.isHeld()).isTrue();
    }

    @Test
    void readersBehindAWriterThatWasInterruptedOrCancelledAreLetIn() {
        held.close();
        LockHandle reading = read("reader").acquire();
        Contender<LockHandle> one = queued(write("one"));
        letTheBoundPass();
        Pending two = queuedAsync(write("two"));
        Contender<LockHandle> behind = queued(read("behind"));

        two.cancel();
        one.interrupt();

        assertThat(behind.result().isHeld()).isTrue();
        reading.close();
    }

    @Test
    @DisplayName("way 1: a waiter that has left does not swallow the grant")
    void theNextWaiterIsGrantedWhenTheFirstHasLeft() {
        Pending gone = queuedAsync(write("gone"));
        Contender<LockHandle> interrupted = queued(write("interrupted"));
        Contender<LockHandle> late = queued(write("late").timeout(SECOND));
        Contender<LockHandle> next = queued(write("next"));
        gone.cancel();
        interrupted.interrupt();
        time.advance(SECOND);
        Contenders.untilWaiting(locks, "door", 1);

        held.close();

        assertThat(next.result().isHeld()).isTrue();
        assertThat(late.failure()).isInstanceOf(LockTimeoutException.class);
    }

    @Test
    @DisplayName("way 2: a deadline and a grant that meet leave no hold behind")
    void aTimeoutThatRacesAGrantLeavesNothingBehind() {
        held.close();
        for (int round = 0; round < 100; round++) {
            LockHandle holding = write("holder").acquire();
            Contender<LockHandle> racing = queued(write("racing").timeout(SECOND));
            CompletableFuture<LockHandle> alike = write("alike").timeout(SECOND).acquireAsync();
            Contender<Void> releasing = contenders.start("releasing", () -> {
                holding.close();
                return null;
            });
            time.advance(SECOND);
            releasing.result();
            Contenders.until("both have come to something", () -> {
                closeWhenGranted(alike);
                return racing.isDone() || alike.isDone();
            });
            closeIfGranted(racing);
            closeWhenGranted(alike);
            Contenders.untilIdle(locks, "door");
        }
        assertIdle("door");
    }

    private static void closeWhenGranted(CompletableFuture<LockHandle> future) {
        CompletableFuture<Void> unused = future.thenAccept(LockHandle::close);
    }

    private static void closeIfGranted(Contender<LockHandle> contender) {
        Contenders.until(contender.thread().getName() + " is done", contender::isDone);
        try {
            contender.result().close();
        } catch (AssertionError late) {
            assertThat(late).hasCauseInstanceOf(LockTimeoutException.class);
        }
    }

    @Test
    @DisplayName("way 5: an interrupt ends the wait, takes nothing, and is still to be seen afterwards")
    void anInterruptEndsTheWait() {
        Contender<Boolean> waiting = contenders.start("interrupted", () -> {
            try {
                write("waiting").acquire();
                return false;
            } catch (LockInterruptedException expected) {
                return Thread.currentThread().isInterrupted();
            }
        });
        Contenders.untilWaiting(locks, "door", 1);

        waiting.interrupt();

        assertThat(waiting.result()).isTrue();
        assertThat(waiters("door")).isEmpty();
        held.close();
        assertIdle("door");
    }

    @Test
    @DisplayName("way 5: an interrupt that meets a grant loses neither the hold nor the interrupt")
    void anInterruptThatRacesAGrantLosesNothing() {
        held.close();
        for (int round = 0; round < 200; round++) {
            LockHandle holding = write("holder").acquire();
            Contender<Boolean> racing = contenders.start("racing", this::interruptedEitherWay);
            Contenders.untilWaiting(locks, "door", 1);
            Contender<Void> releasing = contenders.start("releasing", () -> {
                holding.close();
                return null;
            });
            racing.interrupt();
            assertThat(racing.result()).isTrue();
            releasing.result();
            Contenders.untilIdle(locks, "door");
        }
    }

    private boolean interruptedEitherWay() {
        try {
            write("racing").acquire().close();
        } catch (LockInterruptedException beforeTheGrant) {
            assertThat(beforeTheGrant).hasMessageContaining("interrupted");
        }
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Test
    void whoIsInterruptedAlreadyDoesNotBeginToWait() {
        Contender<LockHandle> interrupted = contenders.start("interrupted", () -> {
            Thread.currentThread().interrupt();
            return write("waiting").acquire();
        });

        assertThat(interrupted.failure()).isInstanceOf(LockInterruptedException.class);
        assertThat(waiters("door")).isEmpty();
    }

    @Test
    void theHigherPriorityGoesFirst() {
        queuedAsync(write("low").priority(1));
        queuedAsync(write("normal"));
        Pending high = queuedAsync(write("high").priority(10));
        Pending highToo = queuedAsync(read("high too").priority(10));

        assertThat(waitingOwners("door")).containsExactly("high", "high too", "normal", "low");
        held.close();
        high.granted().close();
        highToo.granted().close();
    }

    @Test
    @DisplayName("way 7: who has waited long enough is not overtaken by priority")
    void ageingBoundsOvertaking() {
        Pending low = queuedAsync(write("low").priority(1));
        time.advance(AGEING.multipliedBy(9).minusNanos(1));
        queuedAsync(write("just in time").priority(10));
        time.advance(Duration.ofNanos(1));
        queuedAsync(write("too late").priority(10));

        assertThat(waitingOwners("door")).containsExactly("just in time", "low", "too late");
        low.cancel();
    }

    @Test
    void aWriterOfHigherPriorityKeepsReadersOfLowerPriorityOut() {
        held.close();
        LockHandle reading = read("reader").acquire();
        queuedAsync(write("writer"));
        letTheBoundPass();
        queuedAsync(read("behind"));
        CompletableFuture<LockHandle> urgent = read("urgent").priority(9).acquireAsync();

        assertThat(granted(urgent).isHeld()).isTrue();
        assertThat(waitingOwners("door")).containsExactly("writer", "behind");
        reading.close();
    }

    @Test
    void theTypeSaysWhatPriorityItsRequestsHave() {
        held.close();
        locks = manager(settings -> settings.type("door", door -> door.priority(8)));
        LockHandle holding = locks.write("door").owner(DAVE).acquire();
        queuedAsync(write("seven").priority(7));
        queuedAsync(write("as the type says"));

        assertThat(waitingOwners("door")).containsExactly("as the type says", "seven");
        holding.close();
    }
}
