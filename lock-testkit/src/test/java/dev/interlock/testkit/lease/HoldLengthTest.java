package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.LockHandle;
import dev.interlock.engine.InterlockManager;
import dev.interlock.engine.InterlockManager.StoreSettings;
import dev.interlock.testkit.ManualTime;
import dev.interlock.testkit.SharedMemoryStore;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How long a hold may last on a store, whatever it asks for itself. */
class HoldLengthTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();

    private InterlockManager manager(UnaryOperator<StoreSettings> settings) {
        return InterlockManager.builder()
                .timeSource(time)
                .longWait(Duration.ZERO)
                .store(new SharedMemoryStore().connect())
                .stores(settings)
                .build();
    }

    @Test
    void whatIsNotRenewedEndsAfterTheTimeToLive() {
        try (InterlockManager locks =
                manager(stores -> stores.timeToLive(MINUTE).renew(false))) {
            LockHandle held = locks.write("door").acquire();

            time.advance(MINUTE.minus(SECOND));
            assertThat(held.isHeld()).isTrue();
            time.advance(SECOND);
            assertThat(held.isHeld()).isFalse();
        }
    }

    @Test
    void whatIsNotRenewedCanBeExtended() {
        try (InterlockManager locks =
                manager(stores -> stores.timeToLive(MINUTE).renew(false))) {
            LockHandle held = locks.write("door").acquire();
            time.advance(MINUTE.minus(SECOND));

            held.extend(MINUTE);

            time.advance(MINUTE.minus(SECOND));
            assertThat(held.isHeld()).isTrue();
            time.advance(SECOND);
            assertThat(held.isHeld()).isFalse();
        }
    }

    @Test
    void noHoldLastsLongerThanIsAllowed() {
        try (InterlockManager locks = manager(stores -> stores.maxHold(MINUTE))) {
            LockHandle held = locks.write("door").acquire();
            LockHandle leased = locks.write("gate").lease(Duration.ofHours(1)).acquire();

            time.advance(MINUTE);

            assertThat(held.isHeld()).isFalse();
            assertThat(leased.isHeld()).isFalse();
        }
    }

    @Test
    void anExtensionEndsWhereTheLongestHoldDoes() {
        try (InterlockManager locks = manager(stores -> stores.maxHold(MINUTE))) {
            LockHandle held = locks.write("door").lease(SECOND.multipliedBy(40)).acquire();
            time.advance(SECOND.multipliedBy(30));

            held.extend(SECOND.multipliedBy(40));

            time.advance(SECOND.multipliedBy(29));
            assertThat(held.isHeld()).isTrue();
            time.advance(SECOND);
            assertThat(held.isHeld()).isFalse();
        }
    }

    @Test
    void inMemoryAHoldLastsAsLongAsItLikes() {
        try (InterlockManager locks = InterlockManager.builder()
                .timeSource(time)
                .longWait(Duration.ZERO)
                .stores(stores -> stores.maxHold(MINUTE).renew(false))
                .build()) {
            LockHandle held = locks.write("door").acquire();
            time.advance(MINUTE.multipliedBy(10));

            assertThat(held.isHeld()).isTrue();
            held.close();
        }
    }

    @Test
    void aNegativeLengthIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InterlockManager.builder().stores(stores -> stores.maxHold(SECOND.negated())))
                .withMessageContaining("longest hold");
    }
}
