package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.SharedMemoryStore;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import dev.interlock.testkit.StoreFaults;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Word of a forced release is left once, and heard whatever happens meanwhile. */
class NoticeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SharedMemoryStore space = new SharedMemoryStore();
    private final StoreFaults faults = new StoreFaults();

    private static InterlockManager node(String name, LockStore store) {
        return InterlockManager.builder().node(name).store(store).build();
    }

    @Test
    void whoCannotLookAtOnceLooksAgain() {
        try (InterlockManager here = node("here", faults.around(space.connect()));
                InterlockManager there = node("there", space.connect())) {
            LockHandle held = here.write("door").acquire();
            faults.silence();
            faults.next(2, StoreFault.REFUSED, StoreCall.READ);

            there.monitor().forceRelease("door", "operator", "it hangs");

            Contenders.until("the holder has heard of it", () -> !held.isHeld());
            Contenders.until("it hears why", () -> whyLost(held).contains("'operator' took it away: it hangs"));
            assertThat(faults.calls(StoreCall.READ)).isGreaterThan(2);
        }
    }

    @Test
    void wordIsLeftBeforeTheLeaseIsTakenAway() {
        try (Contenders contenders = new Contenders();
                LockStore storage = space.connect();
                InterlockManager here = node("here", space.connect());
                InterlockManager there = node("there", faults.around(space.connect()))) {
            LockHandle held = here.write("door").acquire();
            faults.next(1, StoreFault.HANGING, StoreCall.TELL);

            Contender<?> release =
                    contenders.start("release", () -> there.monitor().forceRelease("door", "operator", "it hangs"));
            Contenders.until("the word is on its way", () -> faults.hanging() == 1);
            assertThat(storage.read(List.of(new RecordKey("door")), PATIENCE))
                    .singleElement()
                    .satisfies(record -> assertThat(record.leases()).hasSize(1));
            faults.heal();

            release.result();
            Contenders.until("the holder has heard of it", () -> !held.isHeld());
            Contenders.until("it hears why", () -> whyLost(held).contains("'operator' took it away: it hangs"));
        }
    }

    private static String whyLost(LockHandle held) {
        return Assertions.catchThrowableOfType(LockLostException.class, held::ensureHeld)
                .getMessage();
    }
}
