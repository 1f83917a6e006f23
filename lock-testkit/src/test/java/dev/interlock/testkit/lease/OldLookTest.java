package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockRecord;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is seen of a record may be old by the time that it is known: the node itself may have asked for something since. */
class OldLookTest extends NodesOverMemory {

    private final AtomicBoolean holding = new AtomicBoolean();
    private final CountDownLatch delayed = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger looks = new AtomicInteger();

    /** The first look that shows node a its lease is delayed. */
    private Object read(Between.Call call) throws Throwable {
        Object found = call.make();
        if (holding.get() && showsLease(found) && delayed.getCount() > 0) {
            delayed.countDown();
            assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
        }
        looks.incrementAndGet();
        return found;
    }

    private static boolean showsLease(Object found) {
        return ((List<?>) found)
                .stream().flatMap(each -> ((LockRecord) each).leases().stream()).anyMatch(each -> each.node()
                        .equals("a"));
    }

    @Test
    void anOldLookThatShowsALeaseWhichWasGivenBackSinceLetsNobodyIn() throws Exception {
        InterlockManager a = node(
                "a",
                Between.around(
                        space.connect(), (method, patience, call) -> method.equals("read") ? read(call) : call.make()),
                settings -> settings);
        InterlockManager b = node("b");
        InterlockManager c = node("c");
        LockHandle held = b.write(DOOR).acquire();
        Contender<LockHandle> first = claimed("a", a.write(DOOR));
        Contender<LockHandle> other = claimed("c", c.write(DOOR));

        holding.set(true);
        held.close();
        assertThat(delayed.await(10, TimeUnit.SECONDS)).isTrue();
        first.interrupt();
        assertThat(first.failure()).isInstanceOf(LockInterruptedException.class);
        LockHandle elsewhere = other.result();
        Contender<LockHandle> second = claimed("a", a.write(DOOR));
        int before = looks.get();
        goOn.countDown();
        Contenders.until("node a has looked again", () -> looks.get() > before + 1 || second.isDone());

        assertThat(second.isDone()).isFalse();
        assertThat(elsewhere.isHeld()).isTrue();
        elsewhere.close();
        assertThat(second.result().fencingToken()).isGreaterThan(elsewhere.fencingToken());
    }
}
