package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.spi.StampRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * More resources than stamps are remembered. That somebody is refused without need is allowed then, so what is proved is the other
 * half: a stamp that was taken before a change is never accepted after it.
 */
class ForgettingStampsTest {

    private static final int TIMES = Boolean.getBoolean("interlock.soak") ? 40 : 1;
    private static final int STEPS = 200_000 * TIMES;
    private static final int THREADS = 4;
    private static final int ROUNDS = 20_000 * TIMES;
    private static final int KEPT = 50;

    /** All of them are in one part, which has room for one of them. */
    private static final List<String> RESOURCES = List.of("page:1", "page:A", "page:Q", "page:a", "page:q");

    private final MemoryStamps stamps = new MemoryStamps(1, 0);
    private final long seed = new SplittableRandom().nextLong();

    /** One that somebody took, and how often the resource had been changed by then. */
    private record Taken(int resource, StampRecord stamp, int changes) {}

    /** Counts without any protection of its own. */
    private static final class Counter {
        int value;
    }

    private boolean replace(int resource, StampRecord expected, StampRecord next) {
        return stamps.replaceStamp(RESOURCES.get(resource), expected, next, Duration.ZERO);
    }

    private StampRecord read(int resource) {
        return stamps.readStamp(RESOURCES.get(resource), Duration.ZERO);
    }

    /** By a clock that stands still, so that nothing but the rules keeps two stamps apart. */
    private static StampRecord after(StampRecord stamp, String who) {
        return new StampRecord(stamp.version() + 1, stamp.nanos() + 1, who);
    }

    private static StampRecord done(StampRecord pending) {
        return new StampRecord(pending.version(), pending.nanos(), null);
    }

    @Test
    void whateverIsForgottenNoStampIsAcceptedAfterAChange() {
        SplittableRandom random = new SplittableRandom(seed);
        int[] changes = new int[RESOURCES.size()];
        List<Taken> taken = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < STEPS; i++) {
            int resource = random.nextInt(RESOURCES.size());
            keep(taken, new Taken(resource, read(resource), changes[resource]), random);
            Taken old = taken.get(random.nextInt(taken.size()));
            StampRecord next = done(after(old.stamp(), "nobody"));
            if (replace(old.resource(), old.stamp(), next)) {
                assertThat(changes[old.resource()]).as("seed %d, %s", seed, old).isEqualTo(old.changes());
                changes[old.resource()]++;
                accepted++;
            }
        }

        assertThat(accepted).isGreaterThan(STEPS / 100);
    }

    private static void keep(List<Taken> taken, Taken latest, SplittableRandom random) {
        if (taken.size() < KEPT) {
            taken.add(latest);
        } else {
            taken.set(random.nextInt(KEPT), latest);
        }
    }

    @Test
    void whateverIsForgottenNoCountIsLostBetweenThreads() throws Exception {
        Counter[] counters = new Counter[RESOURCES.size()];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = new Counter();
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<CompletableFuture<int[]>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String who = "thread/" + i;
            SplittableRandom own = random.split();
            threads.add(CompletableFuture.supplyAsync(() -> count(who, counters, own), each -> start(who, each)));
        }
        int[] made = new int[RESOURCES.size()];
        for (CompletableFuture<int[]> each : threads) {
            int[] ofOne = each.get(1, TimeUnit.MINUTES);
            for (int i = 0; i < made.length; i++) {
                made[i] += ofOne[i];
            }
        }

        for (int i = 0; i < made.length; i++) {
            assertThat(counters[i].value)
                    .as("%s, seed %d", RESOURCES.get(i), seed)
                    .isEqualTo(made[i]);
            assertThat(made[i]).isPositive();
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers how often it has counted what. */
    private int[] count(String who, Counter[] counters, SplittableRandom random) {
        int[] made = new int[RESOURCES.size()];
        for (int round = 0; round < ROUNDS; round++) {
            int resource = random.nextInt(RESOURCES.size());
            StampRecord seen = read(resource);
            int value = counters[resource].value;
            StampRecord pending = after(seen, who);
            if (seen.changing() == null && replace(resource, seen, pending)) {
                counters[resource].value = value + 1;
                assertThat(replace(resource, pending, done(pending))).isTrue();
                made[resource]++;
            }
        }
        return made;
    }
}
