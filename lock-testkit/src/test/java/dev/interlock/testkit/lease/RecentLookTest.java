package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockStoreException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.ClusterMonitor;
import dev.interlock.monitor.LockSearch;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import dev.interlock.testkit.SharedMemoryStore;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import dev.interlock.testkit.StoreFaults;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those who look at all nodes again and again cost the store one look a second. */
@Timeout(30)
class RecentLookTest {

    private static final LockSearch ALL = new LockSearch(null, null, false, false, 100);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final StoreFaults faults = new StoreFaults();
    private final SharedMemoryStore space = new SharedMemoryStore(time::instant);
    private final Contenders contenders = new Contenders();
    private final InterlockManager locks = InterlockManager.builder()
            .timeSource(time)
            .store(faults.around(space.connect()))
            .build();
    private final ClusterMonitor recent = locks.monitor().cluster().recent();

    @AfterEach
    void close() {
        faults.heal();
        contenders.close();
        locks.close();
    }

    private void look() {
        recent.search(ALL);
        recent.nodes();
        recent.deadlocks();
    }

    @Test
    void whoeverLooksWithinASecondSharesOneLook() {
        look();
        look();
        assertThat(faults.calls(StoreCall.BUSY)).isEqualTo(1);
        assertThat(faults.calls(StoreCall.SESSIONS)).isEqualTo(1);

        time.advance(SECOND);
        look();
        assertThat(faults.calls(StoreCall.BUSY)).isEqualTo(2);
        assertThat(faults.calls(StoreCall.SESSIONS)).isEqualTo(2);
    }

    @Test
    void whoeverLooksExactlyLooksForHimself() {
        LockHandle held = locks.write("door").acquire();
        look();
        held.close();

        assertThat(recent.search(ALL).total()).isEqualTo(1);
        assertThat(recent.status("door")).isEmpty();
        assertThat(locks.monitor().cluster().search(ALL).total()).isZero();
    }

    @Test
    void whoeverComesDuringALookWaitsForIt() {
        faults.always(StoreFault.HANGING, StoreCall.BUSY);
        Contender<Integer> first =
                contenders.start("first", () -> recent.search(ALL).total());
        Contenders.until("the first one looks", () -> faults.hanging() == 1);
        Contender<Integer> second =
                contenders.start("second", () -> recent.search(ALL).total());
        Contenders.until("the second one waits", () -> second.thread().getState() == Thread.State.WAITING);
        faults.heal();

        assertThat(first.result()).isZero();
        assertThat(second.result()).isZero();
        assertThat(faults.calls(StoreCall.BUSY)).isEqualTo(1);
    }

    @Test
    void aStoreThatDoesNotAnswerIsNotAskedByEachOfThem() {
        faults.next(1, StoreFault.REFUSED, StoreCall.BUSY);

        assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> recent.search(ALL));
        assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> recent.search(ALL));
        assertThat(faults.calls(StoreCall.BUSY)).isEqualTo(1);

        time.advance(SECOND);
        assertThat(recent.search(ALL).total()).isZero();
    }

    @Test
    void whoeverHasTakenALockAwaySeesIt() {
        try (InterlockManager other = InterlockManager.builder()
                .timeSource(time)
                .store(space.connect())
                .build()) {
            LockHandle held = other.write("door").acquire();
            assertThat(recent.search(ALL).total()).isEqualTo(1);

            locks.monitor().forceRelease("door", "operator", "stuck");

            assertThat(recent.search(ALL).total()).isZero();
            held.close();
        }
    }
}
