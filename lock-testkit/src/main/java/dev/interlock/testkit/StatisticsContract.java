package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import dev.interlock.monitor.DurationSummary;
import dev.interlock.monitor.LockStatistics;
import dev.interlock.monitor.ModeStatistics;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is counted, what is remembered, and who is told. */
abstract class StatisticsContract extends Contract {

    StatisticsContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private ModeStatistics of(String resource, LockMode mode) {
        return locks.monitor().statistics(resource).orElseThrow().of(mode);
    }

    @Test
    void everythingIsCounted() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        LockHandle nested = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> late = queued(locks.write("door").owner(BOB).timeout(SECOND));
        Pending cancelled = queuedAsync(locks.write("door").owner(CAROL).timeout(LONG));
        Pending granted = queuedAsync(locks.write("door").owner(DAVE).timeout(LONG));
        time.advance(SECOND);
        assertThat(late.failure()).isNotNull();
        cancelled.cancel();
        nested.close();
        held.close();
        granted.granted();

        ModeStatistics write = of("door", LockMode.WRITE);
        assertThat(write.acquisitions()).isEqualTo(3);
        assertThat(write.releases()).isEqualTo(2);
        assertThat(write.timeouts()).isEqualTo(1);
        assertThat(write.cancellations()).isEqualTo(1);
        assertThat(write.contentions()).isEqualTo(3);
        assertThat(write.holders()).isEqualTo(1);
        assertThat(write.waiters()).isZero();
        assertThat(write.waited().count()).isEqualTo(3);
        assertThat(write.waited().max()).isEqualTo(SECOND);
        assertThat(write.waited().min()).isZero();
        assertThat(of("door", LockMode.READ)).isEqualTo(nothing());
    }

    @Test
    void theBusiestComeFirstAndNoMoreThanAreWanted() {
        locks.write("door:1").owner(ALICE).acquire().close();
        for (int i = 0; i < 3; i++) {
            locks.read("door:2").owner(ALICE).acquire().close();
        }
        locks.write("door:3").owner(ALICE).acquire();
        queuedAsync(locks.write("door:3").owner(BOB).timeout(LONG));
        locks.read("gate").owner(ALICE).acquire().close();

        assertThat(locks.monitor().busiest(null, 10).first())
                .extracting(LockStatistics::name)
                .containsExactly("door:3", "door:2", "door:1", "gate");
        LockStatistics.Result two = locks.monitor().busiest("door", 2);
        assertThat(two.total()).isEqualTo(3);
        assertThat(two.first()).extracting(LockStatistics::name).containsExactly("door:3", "door:2");
        locks.monitor().resetStatistics("door:2");
        assertThat(locks.monitor().busiest("door", 2).first())
                .extracting(LockStatistics::name)
                .containsExactly("door:3", "door:1");
    }

    private static ModeStatistics nothing() {
        return new ModeStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, DurationSummary.NONE, DurationSummary.NONE);
    }

    @Test
    void holdsThatWereLostAreNoReleases() {
        locks.read("door").owner(ALICE).lease(SECOND).acquire();
        time.advance(SECOND);
        locks.read("door").owner(ALICE).acquire();
        locks.monitor().forceRelease("door", "operator", "test");

        ModeStatistics read = of("door", LockMode.READ);
        assertThat(read.acquisitions()).isEqualTo(2);
        assertThat(read.releases()).isZero();
        assertThat(read.expirations()).isEqualTo(1);
        assertThat(read.forcedReleases()).isEqualTo(1);
        assertThat(read.held().count()).isEqualTo(2);
    }

    @Test
    void aDowngradeEndsOneHoldAndBeginsAnother() {
        locks.write("door").acquire().downgrade().close();

        assertThat(of("door", LockMode.WRITE).releases()).isEqualTo(1);
        assertThat(of("door", LockMode.READ).acquisitions()).isEqualTo(1);
        assertThat(of("door", LockMode.READ).releases()).isEqualTo(1);
    }

    @Test
    void holdTimesAreSummedUp() {
        for (int i = 1; i <= 100; i++) {
            LockHandle held = locks.write("door").acquire();
            time.advance(Duration.ofMillis(i));
            held.close();
        }

        DurationSummary held = of("door", LockMode.WRITE).held();
        assertThat(held.count()).isEqualTo(100);
        assertThat(held.min()).isEqualTo(Duration.ofMillis(1));
        assertThat(held.max()).isEqualTo(Duration.ofMillis(100));
        assertThat(held.mean()).isEqualTo(Duration.ofNanos(50_500_000));
        assertThat(held.p50().toMillis()).isCloseTo(50, within(50 / 8L));
        assertThat(held.p95().toMillis()).isCloseTo(95, within(95 / 8L));
        assertThat(held.p99().toMillis()).isCloseTo(99, within(99 / 8L));
    }

    @Test
    void waitTimesAreSummedUpForBothKindsOfWaiters() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> thread = queued(locks.read("door").owner(BOB).timeout(LONG));
        time.advance(SECOND);
        Pending pending = queuedAsync(locks.read("door").owner(CAROL).timeout(LONG));
        time.advance(SECOND);

        held.close();
        thread.result();
        pending.granted();

        DurationSummary waited = of("door", LockMode.READ).waited();
        assertThat(waited.count()).isEqualTo(2);
        assertThat(waited.max()).isEqualTo(SECOND.multipliedBy(2));
        assertThat(waited.mean()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void aResetBeginsAnew() {
        LockHandle stays = locks.read("door").owner(ALICE).acquire();
        locks.read("door").owner(BOB).acquire().close();
        locks.write("gate").acquire().close();

        locks.monitor().resetStatistics("door");
        assertThat(of("door", LockMode.READ).acquisitions()).isZero();
        assertThat(of("door", LockMode.READ).releases()).isZero();
        assertThat(of("door", LockMode.READ).holders()).isEqualTo(1);
        assertThat(of("gate", LockMode.WRITE).acquisitions()).isEqualTo(1);

        stays.close();
        assertThat(of("door", LockMode.READ).releases()).isEqualTo(1);
        locks.monitor().resetStatistics();
        assertThat(locks.monitor().statistics())
                .allSatisfy(each -> assertThat(each.write().acquisitions()).isZero());
        assertThat(locks.monitor().statisticsByType())
                .allSatisfy(each -> assertThat(each.read().releases()).isZero());
    }

    @Test
    void typesAddUpTheirResourcesAndThoseThatWereForgotten() {
        locks = manager(settings -> settings.maxResources(0));
        for (int i = 0; i < 10; i++) {
            LockHandle held = locks.write("door", i).acquire();
            time.advance(SECOND);
            held.close();
        }
        locks.read("door:kept").acquire();

        LockStatistics doors = locks.monitor().statisticsByType().stream()
                .filter(each -> each.name().equals("door"))
                .findFirst()
                .orElseThrow();
        assertThat(doors.write().acquisitions()).isEqualTo(10);
        assertThat(doors.write().releases()).isEqualTo(10);
        assertThat(doors.write().held().mean()).isEqualTo(SECOND);
        assertThat(doors.read().holders()).isEqualTo(1);
        assertThat(locks.monitor().statistics("door:1")).isEmpty();
    }

    @Test
    void theHistoryTellsWhatHappenedOldestFirst() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        queuedAsync(locks.read("door").owner(BOB).timeout(LONG)).cancel();
        time.advance(SECOND);
        held.close();
        locks.write("gate").acquire().close();

        List<LockEvent> history = locks.monitor().history("door");

        assertThat(history)
                .hasExactlyElementsOfTypes(
                        LockEvent.Acquired.class,
                        LockEvent.Contended.class,
                        LockEvent.Cancelled.class,
                        LockEvent.Released.class);
        assertThat(history.get(3))
                .isEqualTo(new LockEvent.Released(
                        "door", LockMode.WRITE, ALICE, time.instant(), held.fencingToken(), SECOND));
        assertThat(locks.monitor().history()).hasSize(6);
    }

    @Test
    void theHistoryKeepsOnlyTheLatest() {
        locks = manager(settings -> settings.historySize(3));
        for (int i = 0; i < 10; i++) {
            locks.write("door", i).acquire();
        }

        assertThat(locks.monitor().history())
                .extracting(LockEvent::resource)
                .containsExactly("door:7", "door:8", "door:9");
    }

    @Test
    void listenersHearOfEverythingInOrder() {
        Queue<LockEvent> heard = new ConcurrentLinkedQueue<>();
        locks = manager(settings -> settings.listener(heard::add));

        for (int i = 0; i < 200; i++) {
            locks.write("door").acquire().close();
        }

        Contenders.until("everything is heard", () -> heard.size() == 400);
        assertThat(heard.stream().map(StatisticsContract::order)).isSorted();
    }

    private static long order(LockEvent event) {
        return event instanceof LockEvent.Acquired acquired
                ? 2 * acquired.fencingToken()
                : 2 * ((LockEvent.Released) event).fencingToken() + 1;
    }

    @Test
    @DisplayName("way 16: a listener that throws breaks neither the grants nor the other listeners")
    void aListenerThatThrowsHurtsNobody() {
        Queue<LockEvent> heard = new ConcurrentLinkedQueue<>();
        LockListener broken = event -> {
            throw new IllegalStateException("on purpose");
        };
        locks = manager(settings -> settings.listener(broken).listener(heard::add));

        LockHandle held = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> waiting = queued(locks.write("door").owner(BOB).timeout(LONG));
        held.close();
        waiting.result().close();

        Contenders.until("the other listener hears of all", () -> heard.size() == 5);
        assertIdle("door");
    }

    @Test
    @DisplayName("way 15: a listener that hangs delays nobody")
    void aListenerThatHangsDelaysNobody() {
        CountDownLatch release = new CountDownLatch(1);
        LockListener slow = event -> Contenders.until("the test lets go", () -> release.getCount() == 0);
        locks = manager(settings -> settings.listener(slow).listenerBacklog(10));

        for (int i = 0; i < 100; i++) {
            locks.write("door").owner(ALICE).acquire().close();
        }

        assertIdle("door");
        release.countDown();
    }

    @Test
    @DisplayName("way 15: a listener may use the locks it hears of")
    void aListenerMayUseTheLocks() {
        Queue<Boolean> outcome = new ConcurrentLinkedQueue<>();
        CountDownLatch once = new CountDownLatch(1);
        LockListener curious = event -> {
            if (event instanceof LockEvent.Acquired && once.getCount() == 1) {
                once.countDown();
                outcome.add(locks.write("gate").tryAcquire().isPresent()
                        && locks.monitor().isLocked("gate"));
            }
        };
        locks = manager(settings -> settings.listener(curious));

        locks.write("door").owner(ALICE).acquire();

        Contenders.until("the listener has come back", () -> !outcome.isEmpty());
        assertThat(outcome).containsExactly(true);
    }
}
