package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LongHold;
import dev.interlock.monitor.LongWait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who waits for long, and who holds for long, is told of once. */
abstract class LongWaitContract extends Contract {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<LockEvent> heard = new CopyOnWriteArrayList<>();

    LongWaitContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @BeforeEach
    void listen() {
        watchingFor(MINUTE);
    }

    private void watchingFor(Duration threshold) {
        locks = manager(settings -> settings.longWait(threshold).listener(heard::add));
    }

    private <E extends LockEvent> List<E> heard(Class<E> type) {
        return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private <E extends LockEvent> E untilHeard(Class<E> type) {
        Contenders.until(
                "there is a " + type.getSimpleName(), () -> !heard(type).isEmpty());
        return heard(type).get(0);
    }

    /** Lets a new hold get long, and waits for word of it: by then whatever was due before has been told too. */
    private void untilEverybodyHasBeenLookedAt() {
        int before = heard(LockEvent.LongHold.class).size();
        locks.write("probe:" + before).owner(DAVE).acquire();
        time.advance(MINUTE.multipliedBy(2));
        Contenders.until("the probe is told of", () -> heard(LockEvent.LongHold.class).stream()
                .anyMatch(event -> event.resource().equals("probe:" + before)));
    }

    @Test
    void aLongWaitIsToldAndStandsUntilItEnds() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> waiting = queued(locks.read("door").timeout(LONG));
        time.advance(MINUTE.minusSeconds(1));
        assertThat(locks.monitor().longWaits()).isEmpty();

        time.advance(Duration.ofSeconds(20));

        LockEvent.LongWait event = untilHeard(LockEvent.LongWait.class);
        assertThat(event.resource()).isEqualTo("door");
        assertThat(event.mode()).isEqualTo(LockMode.READ);
        assertThat(event.waiting()).isBetween(MINUTE, MINUTE.plusSeconds(20));
        assertThat(event.blockedBy()).isEqualTo("held in WRITE mode by 'alice'");
        LongWait stands = locks.monitor().longWaits().get(0);
        assertThat(stands.resource()).isEqualTo("door");
        assertThat(stands.waiter().thread()).isEqualTo("contender-1");
        assertThat(stands.waiter().position()).isEqualTo(1);
        assertThat(stands.waiter().waiting()).isEqualTo(MINUTE.plusSeconds(19));
        assertThat(stands.holders()).extracting(LockHolder::owner).containsExactly(ALICE);
        assertThat(stands.stackTrace()).anyMatch(frame -> frame.getClassName().startsWith("dev.interlock"));
        held.close();
        waiting.result().close();
        assertThat(locks.monitor().longWaits()).isEmpty();
    }

    @Test
    void eachIsToldOnce() {
        locks.write("door").owner(ALICE).acquire();
        Pending pending = queuedAsync(locks.write("door").owner(BOB).timeout(LONG));
        for (int i = 0; i < 3; i++) {
            untilEverybodyHasBeenLookedAt();
        }

        assertThat(heard(LockEvent.LongWait.class)).hasSize(1);
        assertThat(heard(LockEvent.LongHold.class))
                .filteredOn(event -> event.resource().equals("door"))
                .hasSize(1);
        assertThat(locks.monitor().longWaits()).hasSize(1);
        pending.cancel();
        assertThat(locks.monitor().longWaits()).isEmpty();
    }

    @Test
    void aLongHoldIsTold() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        time.advance(MINUTE.plusSeconds(15));

        LockEvent.LongHold event = untilHeard(LockEvent.LongHold.class);

        assertThat(event.resource()).isEqualTo("door");
        assertThat(event.owner()).isEqualTo(ALICE);
        assertThat(event.fencingToken()).isEqualTo(held.fencingToken());
        assertThat(event.held()).isBetween(MINUTE, MINUTE.plusSeconds(15));
    }

    @Test
    void aLongHoldStandsUntilItEnds() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        queuedAsync(locks.write("door").owner(BOB).timeout(LONG));
        time.advance(MINUTE.minusSeconds(1));
        assertThat(locks.monitor().longHolds()).isEmpty();
        time.advance(Duration.ofSeconds(20));
        untilHeard(LockEvent.LongHold.class);

        LongHold stands = locks.monitor().longHolds().get(0);
        assertThat(stands.resource()).isEqualTo("door");
        assertThat(stands.holder().owner()).isEqualTo(ALICE);
        assertThat(stands.holder().heldFor()).isEqualTo(MINUTE.plusSeconds(19));
        assertThat(stands.waiting()).isEqualTo(1);
        assertThat(stands.stackTrace()).isEmpty();
        held.close();
        assertThat(locks.monitor().longHolds()).isEmpty();
    }

    @Test
    void aLongHoldOfAThreadShowsWhatItDoesAndTheLongestComesFirst() {
        locks.write("door").acquire();
        time.advance(SECOND);
        locks.write("gate").owner(ALICE).acquire();
        untilEverybodyHasBeenLookedAt();

        List<LongHold> standing = locks.monitor().longHolds();
        assertThat(standing).extracting(LongHold::resource).containsExactly("door", "gate", "probe:0");
        assertThat(standing.get(0).stackTrace()).anyMatch(frame -> frame.getMethodName()
                .equals("aLongHoldOfAThreadShowsWhatItDoesAndTheLongestComesFirst"));
    }

    @Test
    void whatWasToldIsCountedForGood() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        Pending pending = queuedAsync(locks.write("door").owner(BOB).timeout(LONG));
        time.advance(MINUTE.plusSeconds(15));
        untilHeard(LockEvent.LongWait.class);
        held.close();
        pending.granted().close();
        locks.monitor().resetStatistics();

        assertThat(locks.monitor().totals().longWaits()).isEqualTo(1);
        assertThat(locks.monitor().totals().longHolds()).isEqualTo(1);
    }

    @Test
    void whoWaitsForAHolderSeesWhatItsThreadDoes() {
        locks.write("door").acquire();
        queued(locks.write("door").timeout(LONG));
        time.advance(MINUTE.plusSeconds(15));
        untilHeard(LockEvent.LongWait.class);

        assertThat(locks.monitor().longWaits().get(0).holderStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("whoWaitsForAHolderSeesWhatItsThreadDoes"));
    }

    @Test
    void whoWaitsBehindAWaiterIsToldSo() {
        locks = manager(settings ->
                settings.longWait(MINUTE).fairness(FairnessPolicy.STRICT).listener(heard::add));
        locks.read("door").owner(ALICE).acquire();
        queuedAsync(locks.write("door").owner(BOB).timeout(LONG));
        time.advance(SECOND);
        queuedAsync(locks.read("door").owner(CAROL).timeout(LONG));
        untilEverybodyHasBeenLookedAt();

        assertThat(locks.monitor().longWaits())
                .extracting(LongWait::blockedBy)
                .containsExactly("held in READ mode by 'alice'", "for which 'bob' waits ahead of it in WRITE mode");
    }

    @Test
    void whoWaitsForWhatIsKeptIsToldSo() {
        locks.write("door")
                .owner(ALICE)
                .holdAtLeast(MINUTE.multipliedBy(9))
                .acquire()
                .close();
        queuedAsync(locks.write("door").owner(BOB).timeout(LONG));
        untilEverybodyHasBeenLookedAt();

        assertThat(untilHeard(LockEvent.LongWait.class).blockedBy())
                .isEqualTo("held in WRITE mode by 'alice, kept until 2026-01-01T00:09:00Z'");
    }

    @Test
    void shortOnesAreNotTold() {
        for (int i = 0; i < 10; i++) {
            LockHandle held = locks.write("door").owner(ALICE).acquire();
            Pending pending = queuedAsync(locks.write("door").owner(BOB).timeout(LONG));
            time.advance(Duration.ofSeconds(50));
            held.close();
            pending.granted().close();
        }
        untilEverybodyHasBeenLookedAt();

        assertThat(heard(LockEvent.LongWait.class)).isEmpty();
        assertThat(heard(LockEvent.LongHold.class)).hasSize(1);
    }

    @Test
    void nobodyLooksWhereNothingIsTooLongOrAfterTheEnd() {
        locks.write("door").acquire();
        assertThat(time.scheduled()).isEqualTo(1);
        locks.close();
        assertThat(time.scheduled()).isZero();
        watchingFor(Duration.ZERO);
        locks.write("gate").acquire();

        assertThat(time.scheduled()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> watchingFor(SECOND.negated()));
    }
}
