package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.StoreFault;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a timeout costs, where locks reach other nodes. */
class ReleaseOnTimeoutTest extends NodesOverMemory {

    private static final LockOwner ALICE = LockOwner.named("alice");

    @Test
    void whatIsHeldInMemoryAndInTheStoreGoesAndOtherNodesComeNext() {
        InterlockManager both = keep(InterlockManager.builder()
                .node("a")
                .distributedStore(space.connect())
                .build());
        InterlockManager other = node("b");
        LockHandle near = both.write("gate").owner(ALICE).acquire();
        LockHandle far = both.distributed("job").owner(ALICE).acquire();
        other.write(DOOR).acquire();
        Contender<LockHandle> next = claimed("b", other.write("job"));

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> both.distributed(DOOR)
                        .owner(ALICE)
                        .timeout(Duration.ZERO)
                        .releaseHeldOnTimeout(true)
                        .acquire())
                .withMessageContaining("WRITE hold on 'gate'")
                .withMessageContaining("WRITE hold on 'job'");

        assertThat(near.isHeld()).isFalse();
        assertThat(far.isHeld()).isFalse();
        assertThat(next.result().fencingToken()).isGreaterThan(far.fencingToken());
    }

    @Test
    void aStoreThatDoesNotAnswerKeepsNothingFromGoing() {
        InterlockManager faulty = faultyNode(settings -> settings.releaseHeldOnTimeout(true));
        LockHandle held = faulty.write("gate").owner(ALICE).acquire();
        faulty.write(DOOR).acquire();
        faults.always(StoreFault.REFUSED);

        assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> faulty.write(DOOR)
                        .owner(ALICE)
                        .timeout(Duration.ofMillis(1))
                        .acquire())
                .withMessageContaining("WRITE hold on 'gate'");

        assertThat(held.isHeld()).isFalse();
    }
}
