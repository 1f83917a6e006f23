package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockLimitException;
import dev.interlock.LockMode;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockTotals;
import dev.interlock.monitor.ModeStatistics;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What has happened since the manager was made: what meters show. */
abstract class TotalsContract extends Contract {

    TotalsContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private ModeStatistics writes(String type) {
        return locks.monitor().totals().types().stream()
                .filter(each -> each.name().equals(type))
                .findFirst()
                .orElseThrow()
                .of(LockMode.WRITE);
    }

    @Test
    void nothingFallsWhenStatisticsBeginAnew() {
        for (int i = 0; i < 3; i++) {
            locks.write("door", i).acquire().close();
        }
        LockHandle stays = locks.write("door", 0).acquire();

        locks.monitor().resetStatistics("door:0");
        locks.monitor().resetStatistics();
        locks.monitor().resetStatistics("door:1");
        locks.monitor().resetStatistics();

        assertThat(writes("door").acquisitions()).isEqualTo(4);
        assertThat(writes("door").releases()).isEqualTo(3);
        assertThat(writes("door").holders()).isEqualTo(1);
        stays.close();
        assertThat(writes("door").releases()).isEqualTo(4);
    }

    @Test
    void howOftenSomebodyHadToWaitDoesNotFallWhenStatisticsBeginAnew() {
        locks.write("door:1").owner(ALICE).acquire();
        Contender<LockHandle> late = queued(locks.write("door:1").owner(BOB).timeout(SECOND));
        time.advance(SECOND);
        assertThat(late.failure()).isNotNull();
        locks.monitor().resetStatistics("door:1");
        queuedAsync(locks.write("door:1").owner(CAROL).timeout(LONG));
        assertThat(locks.monitor().count().contentions()).isEqualTo(2);
        locks.monitor().resetStatistics();

        assertThat(locks.monitor().count().contentions()).isEqualTo(2);
        assertThat(locks.monitor().count().timeouts()).isEqualTo(1);
    }

    @Test
    void nothingFallsWhenIdleResourcesAreForgotten() {
        locks = manager(settings -> settings.maxResources(10));
        for (int i = 0; i < 200; i++) {
            locks.write("door", i).acquire().close();
        }
        locks.monitor().resetStatistics();

        LockTotals totals = locks.monitor().totals();
        assertThat(writes("door").acquisitions()).isEqualTo(200);
        assertThat(writes("door").releases()).isEqualTo(200);
        assertThat(totals.forgotten()).isPositive();
        assertThat(totals.forgotten() + locks.monitor().count().remembered()).isEqualTo(200);
    }

    @Test
    void refusalsAreCountedWithTheResourceIfItIsRemembered() {
        locks = manager(settings -> settings.maxLocksPerOwner(1));
        locks.write("door:1").owner(ALICE).acquire();
        locks.write("door:2").owner(BOB).acquire().close();

        assertRefused("door:2");
        assertRefused("door:3");

        assertThat(writes("door").refusals()).isEqualTo(2);
        assertThat(locks.monitor().statistics("door:2").orElseThrow().write().refusals())
                .isEqualTo(1);
        assertThat(locks.monitor().statistics("door:3")).isEmpty();
    }

    @Test
    void aNameThatIsTooLongMakesNoType() {
        assertRefused("x".repeat(256));

        assertThat(writes("(other)").refusals()).isEqualTo(1);
        assertThat(locks.monitor().totals().types()).hasSize(1);
    }

    private void assertRefused(String resource) {
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write(resource).owner(ALICE).acquire());
    }

    @Test
    void aDeadlockHasOneVictim() {
        locks = manager(settings -> settings.deadlocks(DeadlockPolicy.BREAK));
        locks.write("door").owner(ALICE).acquire();
        locks.write("gate").owner(BOB).acquire();
        Contender<LockHandle> one =
                queued(locks.write("gate").owner(ALICE).priority(9).timeout(LONG));
        Pending other = new Pending(
                locks.write("door").owner(BOB).priority(1).timeout(LONG).acquireAsync());

        assertThat(other.failure()).isInstanceOf(DeadlockException.class);
        assertThat(writes("door").victims()).isEqualTo(1);
        assertThat(writes("door").cancellations()).isEqualTo(1);
        assertThat(locks.monitor().totals().deadlocks()).isEqualTo(1);
        locks.monitor().forceRelease("gate", "operator", "test");
        one.result().close();
    }
}
