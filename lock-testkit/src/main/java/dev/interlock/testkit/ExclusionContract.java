package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Readers share, writers do not, and nobody waits longer than he said. */
abstract class ExclusionContract extends Contract {

    ExclusionContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @Test
    void aFreeResourceIsHadAtOnce() {
        LockHandle held = locks.write("door").acquire();

        assertThat(held.isHeld()).isTrue();
        assertThat(held.resource()).isEqualTo("door");
        assertThat(held.mode()).isEqualTo(LockMode.WRITE);
        assertThat(held.acquiredAt()).isEqualTo(time.instant());
        assertThat(held.leaseExpiresAt()).isEmpty();
    }

    @Test
    void anyNumberOfReadersShare() {
        for (int i = 0; i < 50; i++) {
            assertThat(locks.read("door").owner(owner(i)).tryAcquire()).isPresent();
        }
        assertThat(locks.monitor().holders("door")).hasSize(50);
    }

    @Test
    void aWriterExcludesReadersAndWriters() {
        locks.write("door").owner(ALICE).acquire();

        assertThat(locks.read("door").owner(BOB).tryAcquire()).isEmpty();
        assertThat(locks.write("door").owner(BOB).tryAcquire()).isEmpty();
    }

    @Test
    void aReaderExcludesWritersUntilTheLastOneLeaves() {
        LockHandle one = locks.read("door").owner(ALICE).acquire();
        LockHandle other = locks.read("door").owner(BOB).acquire();

        one.close();
        assertThat(locks.write("door").owner(CAROL).tryAcquire()).isEmpty();
        other.close();
        assertThat(locks.write("door").owner(CAROL).tryAcquire()).isPresent();
    }

    @Test
    void resourcesDoNotTouchEachOther() {
        locks.write("door:1").owner(ALICE).acquire();

        assertThat(locks.write("door:2").owner(BOB).tryAcquire()).isPresent();
        assertThat(locks.write("door", 3).owner(BOB).tryAcquire()).isPresent();
        assertThat(locks.write("door", 1).owner(BOB).tryAcquire()).isEmpty();
    }

    @Test
    void managersWithTheSameResourcesKnowTheirOwnHandlesOnly() {
        LockManager other = manager(settings -> settings);

        assertThat(other.monitor().heldBy(locks.write("door").acquire().owner()))
                .isEmpty();
    }

    @Test
    void zeroMeansNotToWait() {
        locks.write("door").owner(ALICE).acquire();

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() ->
                        locks.write("door").owner(BOB).timeout(Duration.ZERO).acquire());
        assertThat(Contender.failureOf(
                        locks.write("door").owner(BOB).timeout(Duration.ZERO).acquireAsync()))
                .isInstanceOf(LockTimeoutException.class);
        assertThat(waiters("door")).isEmpty();
    }

    @Test
    void zeroIsEnoughForWhatIsFree() {
        assertThat(locks.write("door").timeout(Duration.ZERO).acquire().isHeld())
                .isTrue();
    }

    @Test
    void aRequestGivesUpAtItsDeadlineAndNotBefore() {
        locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> late = queued(locks.read("door").owner(BOB).timeout(SECOND));

        time.advance(SECOND.minusNanos(1));
        assertThat(waiters("door")).hasSize(1);
        time.advance(Duration.ofNanos(1));

        assertThat(late.failure()).isInstanceOf(LockTimeoutException.class);
        assertThat(waiters("door")).isEmpty();
    }

    @Test
    void withoutATimeoutTheOneOfTheManagerCounts() {
        locks = manager(settings -> settings.readTimeout(Duration.ofSeconds(3)).writeTimeout(Duration.ofSeconds(7)));
        locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> reader = queued(locks.read("door").owner(BOB));
        Contender<LockHandle> writer = queued(locks.write("door").owner(CAROL));

        time.advance(Duration.ofSeconds(3));
        assertThat(reader.failure()).isInstanceOf(LockTimeoutException.class);
        assertThat(waitingOwners("door")).containsExactly("carol");
        time.advance(Duration.ofSeconds(4));
        assertThat(writer.failure()).isInstanceOf(LockTimeoutException.class);
    }

    @Test
    void withoutATimeoutTheOneOfTheTypeComesFirst() {
        locks = manager(settings -> settings.type("door", door -> door.timeout(Duration.ZERO)));
        locks.write("door:1").owner(ALICE).acquire();

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> locks.write("door:1").owner(BOB).acquire());
    }

    @Test
    void aTimeoutTellsWhoWasInTheWayAndHowManyWaited() {
        locks.write("door").owner(ALICE).reason("painting").acquire();
        time.advance(Duration.ofSeconds(2));
        queued(locks.write("door").owner(CAROL).timeout(LONG));
        Contender<LockHandle> late = queued(locks.read("door").owner(BOB).timeout(SECOND));
        time.advance(SECOND);

        LockTimeoutException failure = (LockTimeoutException) late.failure();
        assertThat(failure)
                .hasMessageContaining("'bob'")
                .hasMessageContaining("READ")
                .hasMessageContaining("'door'")
                .hasMessageContaining("'alice' in WRITE mode since 3s (painting)")
                .hasMessageContaining("1 other waits")
                .hasMessageContaining("waited 1s");
        assertThat(failure.queueLength()).isEqualTo(1);
        assertThat(failure.holders()).singleElement().satisfies(holder -> assertThat(holder.owner())
                .isEqualTo(ALICE));
    }

    @Test
    void aFailureKnowsWhatWasAttempted() {
        locks.write("door").owner(ALICE).acquire();

        LockTimeoutException failure = catchThrowableOfType(
                LockTimeoutException.class,
                () -> locks.read("door").owner(BOB).timeout(Duration.ZERO).acquire());

        assertThat(failure.resource()).contains("door");
        assertThat(failure.mode()).contains(LockMode.READ);
        assertThat(failure.owner()).contains(BOB);
        assertThat(failure.elapsed()).contains(Duration.ZERO);
    }

    @Test
    void runAndCallHoldTheLockMeanwhileAndReleaseItHoweverTheyEnd() {
        AtomicInteger ran = new AtomicInteger();
        locks.write("door")
                .run(() -> ran.addAndGet(locks.monitor().holders("door").size()));
        String answer = locks.read("door").call(() -> "held " + locks.monitor().isLocked("door"));

        assertThat(ran).hasValue(1);
        assertThat(answer).isEqualTo("held true");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> locks.write("door").run(() -> {
                    throw new IllegalStateException();
                }));
        assertIdle("door");
    }

    @Test
    void aRequestMayBeKeptAndUsedAgain() {
        var request = locks.write("door").timeout(Duration.ZERO);

        request.acquire().close();
        Optional<LockHandle> again = request.tryAcquire();

        assertThat(again).isPresent();
    }

    @Test
    void aWayOfAskingDoesNotChangeTheRequestItCameFrom() {
        locks.write("door").owner(ALICE).acquire();
        var patient = locks.write("door").owner(BOB).timeout(LONG);
        patient.timeout(Duration.ZERO);

        Contender<LockHandle> waiting = queued(patient);

        assertThat(waiting.isDone()).isFalse();
    }

    @Test
    void manyThreadsThatWriteNeverMeet() {
        int[] counter = new int[1];
        var threads = IntStream.range(0, 8)
                .mapToObj(i -> contenders.start("writer-" + i, () -> count(counter, 500)))
                .toList();

        threads.forEach(Contender::result);
        assertThat(counter[0]).isEqualTo(4000);
        assertIdle("counter");
    }

    private int count(int[] counter, int times) {
        for (int i = 0; i < times; i++) {
            try (LockHandle held = locks.write("counter").timeout(LONG).acquire()) {
                counter[0]++;
            }
        }
        return times;
    }

    private static LockOwner owner(int number) {
        return LockOwner.named("owner-" + number);
    }
}
