package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.ExclusiveStore;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A store that only excludes has to be asked again and again by whoever waits, and ever less often. */
class AskingAgainTest extends NodesOverMemory {

    private static final int KEYS = 3;

    private final AtomicInteger asked = new AtomicInteger();

    /** Somebody else holds everything. */
    private final class Taken implements ExclusiveStore {

        @Override
        public String kind() {
            return "taken";
        }

        @Override
        public String describe() {
            return "a store whose locks are taken";
        }

        @Override
        public boolean tryTake(String resource, Duration patience) {
            asked.incrementAndGet();
            return false;
        }

        @Override
        public boolean keep(String resource, Duration timeToLive, Duration patience) {
            return false;
        }

        @Override
        public void giveBack(String resource, Duration patience) {}

        @Override
        public void close() {}
    }

    @Test
    void whoeverWaitsAsksAStoreThatOnlyExcludesNotMuchOftenerThanTenTimesASecond() {
        ManualTime time = new ManualTime();
        InterlockManager a = keep(InterlockManager.builder()
                .node("a")
                .stores(all -> all.timeSource(time))
                .store(new Taken())
                .build());
        List<CompletableFuture<LockHandle>> waiting = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            waiting.add(a.write("door " + i).timeout(LONG).acquireAsync());
        }
        Contenders.until("each was asked for", () -> asked.get() >= KEYS);
        go(time, Duration.ofSeconds(1));
        int before = asked.get();

        go(time, Duration.ofSeconds(2));

        assertThat(asked.get() - before).isBetween(2 * KEYS, 2 * KEYS * 20);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    private static void go(ManualTime time, Duration length) {
        Duration step = Duration.ofMillis(10);
        for (Duration gone = Duration.ZERO; gone.compareTo(length) < 0; gone = gone.plus(step)) {
            time.advance(step);
            Contenders.until("whoever beats and whoever watches rest", () -> time.sleeping() >= 2);
        }
    }
}
