package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockLimitException;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.VersionStamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Version stamps, and changes that are made only if a stamp has not moved. */
abstract class OptimisticStampContract extends OptimisticContract {

    private static final int THREADS = 4;
    private static final int CHANGES = 25;

    private long counter;

    OptimisticStampContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private Optional<VersionStamp> changed(VersionStamp from) {
        return optimistic.commit(from, () -> counter++);
    }

    @Test
    void aResourceThatNobodyEverChangedHasTheFirstStampOfAll() {
        assertThat(optimistic.stamp(PAGE).version()).isZero();
        assertThat(optimistic.stamp(PAGE)).isEqualTo(optimistic.stamp(PAGE));
    }

    @Test
    void eachChangeMovesTheStampForwardInBothItsParts() {
        List<VersionStamp> stamps = new ArrayList<>(List.of(optimistic.stamp(PAGE)));
        for (int i = 0; i < 5; i++) {
            VersionStamp before = stamps.get(i);
            VersionStamp after = changed(before).orElseThrow();
            assertThat(after.version()).isGreaterThan(before.version());
            assertThat(after.nanos()).isGreaterThan(before.nanos());
            assertThat(before.isBefore(after)).isTrue();
            assertThat(optimistic.stamp(PAGE)).isEqualTo(after);
            stamps.add(after);
        }
        assertThat(counter).isEqualTo(5);
    }

    @Test
    void aChangeFromAStampThatHasMovedIsNotMade() {
        VersionStamp old = optimistic.stamp(PAGE);
        VersionStamp present = changed(old).orElseThrow();

        assertThat(changed(old)).isEmpty();
        assertThat(counter).isEqualTo(1);
        assertThat(optimistic.stamp(PAGE)).isEqualTo(present);
    }

    @Test
    void bothPartsOfTheStampAreCompared() {
        assertThat(changed(new VersionStamp(PAGE, 0, 1))).isEmpty();
        assertThat(changed(new VersionStamp(PAGE, 1, 1))).isEmpty();
        VersionStamp present = changed(optimistic.stamp(PAGE)).orElseThrow();

        assertThat(changed(new VersionStamp(PAGE, present.version(), present.nanos() + 1)))
                .isEmpty();
        assertThat(changed(new VersionStamp(PAGE, present.version(), present.nanos() - 1)))
                .isEmpty();
        assertThat(changed(new VersionStamp(PAGE, present.version() + 1, present.nanos())))
                .isEmpty();
        assertThat(changed(new VersionStamp(PAGE, 0, 0))).isEmpty();
        assertThat(counter).isEqualTo(1);
    }

    @Test
    void aStampMadeAgainFromItsPartsIsAsGoodAsItself() {
        VersionStamp present = changed(optimistic.stamp(PAGE)).orElseThrow();

        assertThat(changed(new VersionStamp(PAGE, present.version(), present.nanos())))
                .isPresent();
    }

    @Test
    void theStampsOfTwoResourcesHaveNothingToDoWithEachOther() {
        VersionStamp other = optimistic.stamp("page", 8);
        changed(optimistic.stamp(PAGE));

        assertThat(changed(other)).isPresent();
    }

    @Test
    void aChangeThatFailsMovesTheStampAllTheSameForNobodyKnowsHowFarItCame() {
        VersionStamp old = optimistic.stamp(PAGE);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> optimistic.commit(old, () -> {
                    throw new IOException("full");
                }))
                .withNoCause();
        VersionStamp afterwards = optimistic.stamp(PAGE);
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> optimistic.commit(afterwards, () -> {
                    throw new StackOverflowError("deep");
                }));

        assertThat(old.isBefore(afterwards)).isTrue();
        assertThat(afterwards.isBefore(optimistic.stamp(PAGE))).isTrue();
        assertThat(changed(afterwards)).isEmpty();
        assertThat(changed(optimistic.stamp(PAGE))).isPresent();
    }

    @Test
    void locksDoNotMoveStamps() {
        VersionStamp before = changed(optimistic.stamp(PAGE)).orElseThrow();

        LockHandle held = locks.write(PAGE).acquire();

        assertThat(optimistic.stamp(PAGE)).isEqualTo(before);
        assertThat(changed(before)).isPresent();
        held.close();
    }

    // --- while somebody is changing it -----------------------------------------------------------------------------

    @Test
    void whileSomebodyChangesItNobodyElseDoesAndNobodySeesTheNewStamp() {
        VersionStamp old = optimistic.stamp(PAGE);
        Changer changer = changing(PAGE);
        Contender<VersionStamp> looks = contenders.start("looks", () -> optimistic.stamp(PAGE));
        untilSleeping(1);

        assertThat(changed(old)).isEmpty();
        assertThat(looks.isDone()).isFalse();
        VersionStamp after = changer.end();

        time.advance(SECOND);
        assertThat(looks.result()).isEqualTo(after);
        assertThat(changed(after)).isPresent();
    }

    @Test
    void whoeverLooksWaitsForAsLongAsAReader() {
        use(settings -> settings.readTimeout(SECOND));
        Changer changer = changing(PAGE);
        Contender<VersionStamp> looks = contenders.start("looks", () -> optimistic.stamp(PAGE));
        untilSleeping(1);

        time.advance(SECOND.minus(TICK));
        assertThat(looks.isDone()).isFalse();
        time.advance(TICK);

        assertThat(looks.failure())
                .isInstanceOf(LockTimeoutException.class)
                .hasMessageContaining("'" + PAGE + "'")
                .hasMessageContaining("being changed");
        changer.end();
    }

    @Test
    void aLookCanBeInterrupted() {
        Changer changer = changing(PAGE);
        AtomicBoolean flag = new AtomicBoolean();
        Contender<VersionStamp> looks = contenders.start("looks", () -> {
            try {
                return optimistic.stamp(PAGE);
            } finally {
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        untilSleeping(1);

        looks.interrupt();

        assertThat(looks.failure()).isInstanceOf(LockInterruptedException.class).hasMessageContaining(PAGE);
        assertThat(flag).isTrue();
        changer.end();
    }

    @Test
    void whoeverAsksForTheStampWithinTheChangeIsRefusedInsteadOfWaitingForItself() {
        assertThatIllegalStateException()
                .isThrownBy(() -> optimistic.commit(optimistic.stamp(PAGE), () -> optimistic.stamp(PAGE)))
                .withMessageContaining("'" + PAGE + "'")
                .withMessageContaining("before the change");

        assertThat(changed(optimistic.stamp(PAGE))).isPresent();
    }

    @Test
    void anotherResourceMayBeAskedForWithinTheChange() {
        assertThat(optimistic.commit(optimistic.stamp(PAGE), () -> changed(optimistic.stamp("page:8"))))
                .isPresent();

        assertThat(counter).isEqualTo(1);
    }

    @Test
    void amongManyThreadsNoUpdateIsLost() {
        List<Contender<Integer>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(contenders.start("counter-" + i, this::countedUp));
        }

        int refused = all.stream().mapToInt(Contender::result).sum();

        assertThat(counter).as("with %d refused", refused).isEqualTo(THREADS * CHANGES);
    }

    /** The computation is the reading and the adding; answers how often that was in vain. */
    private int countedUp() {
        int refused = 0;
        for (int i = 0; i < CHANGES; ) {
            VersionStamp before = optimistic.stamp(PAGE);
            long next = counter + 1;
            if (optimistic.commit(before, () -> counter = next).isPresent()) {
                i++;
            } else {
                refused++;
            }
        }
        return refused;
    }

    // --- what is refused -------------------------------------------------------------------------------------------

    @Test
    @SuppressWarnings("NullAway") // what is null is to be refused
    void aNameThatIsNoneIsRefusedAsForLocks() {
        use(settings -> settings.maxResourceLength(20));
        String tooLong = "x".repeat(21);
        OptimisticLocks all = optimistic;

        assertThatNullPointerException().isThrownBy(() -> all.stamp(null)).withMessageContaining("resource");
        assertThatNullPointerException().isThrownBy(() -> all.on(null)).withMessageContaining("resource");
        assertThatIllegalArgumentException().isThrownBy(() -> all.stamp(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> all.on(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new VersionStamp(" ", 1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VersionStamp(PAGE, -1, 1))
                .withMessageContaining("negative");
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> all.stamp(tooLong))
                .withMessageContaining("maxResourceLength");
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> all.commit(new VersionStamp(tooLong, 0, 0), () -> counter++));
        assertThat(counter).isZero();
    }

    @Test
    @SuppressWarnings("NullAway") // what is null is to be refused
    void whatIsNoStampOrNoChangeIsRefused() {
        VersionStamp stamp = optimistic.stamp(PAGE);

        assertThatNullPointerException()
                .isThrownBy(() -> optimistic.commit(stamp, null))
                .withMessageContaining("change");
        assertThatNullPointerException()
                .isThrownBy(() -> optimistic.commit(null, () -> counter++))
                .withMessageContaining("stamp");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stamp.compareTo(optimistic.stamp("page:8")))
                .withMessageContaining("compared");
    }
}
