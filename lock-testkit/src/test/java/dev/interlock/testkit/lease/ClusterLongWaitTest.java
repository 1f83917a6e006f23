package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockOwner;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LongWait;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever waits for long is told who is in the way, on whatever node, and nobody who came later. */
@SuppressWarnings("FutureReturnValueIgnored") // they wait in vain, until their node is closed
class ClusterLongWaitTest extends NodesOverMemory {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualTime time = new ManualTime();

    @Test
    void nobodyBehindIsSaidToBeAhead() {
        InterlockManager one = node("one");
        InterlockManager two = node(
                "two", space.connect(), settings -> settings.timeSource(time).longWait(MINUTE));
        one.write(DOOR).owner(LockOwner.named("alice")).acquire();
        two.write(DOOR).owner(LockOwner.named("bob")).acquireAsync();
        Contenders.untilWaiting(two, DOOR, 1);
        untilClaimed("two", DOOR);
        two.write(DOOR).owner(LockOwner.named("carol")).acquireAsync();
        Contenders.untilWaiting(two, DOOR, 2);

        time.advance(MINUTE.multipliedBy(2));

        Contenders.until("both are told of", () -> two.monitor().longWaits().size() == 2);
        assertThat(two.monitor().longWaits())
                .extracting(LongWait::blockedBy)
                .containsExactly(
                        "held in WRITE mode by 'alice' on node 'one'",
                        "for which 'bob' waits ahead of it in WRITE mode");
    }
}
