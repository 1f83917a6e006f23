package dev.interlock.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LockMetersTest {

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockOwner BOB = LockOwner.named("bob");
    private static final LockOwner CAROL = LockOwner.named("carol");

    private final MockClock clock = new MockClock();
    private final MeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private InterlockManager locks =
            InterlockManager.builder().maxLocksPerOwner(2).build();
    private LockMeters meters = meters(true, true, false);

    private LockMeters meters(boolean waits, boolean holds, boolean ownerTag) {
        return new LockMeters(
                locks,
                "memory",
                new LockTimers(new TimedEvents(waits, holds), ownerTag),
                new OperationMeters(locks, true));
    }

    @AfterEach
    void close() {
        locks.close();
    }

    private void use(InterlockManager.Builder builder) {
        locks.close();
        locks = builder.build();
        meters = meters(true, true, false);
    }

    /** As it is read by a scrape that comes later. */
    private double read(String name, String... tags) {
        clock.addSeconds(1);
        Meter meter =
                registry.get("interlock." + name).tags(tags).meters().iterator().next();
        return meter.measure().iterator().next().getValue();
    }

    private static void takeAndGiveBack(LockRequest request) {
        request.run(() -> {});
    }

    // --- counters and gauges ---------------------------------------------------------------------------------------

    @Test
    void whatHappensToLocksIsCountedByTypeModeAndBackend() {
        meters.bindTo(registry);
        LockHandle held = locks.write("door:1").owner(ALICE).acquire();
        takeAndGiveBack(locks.read("door:2"));
        takeAndGiveBack(locks.read("door:2"));
        assertThat(locks.write("door:1").owner(BOB).tryAcquire()).isEmpty();
        var waiting = locks.write("door:1").owner(BOB).acquireAsync();

        read("cleaned");
        assertThat(read("acquisitions", "type", "door", "mode", "write", "backend", "memory"))
                .isEqualTo(1);
        assertThat(read("acquisitions", "type", "door", "mode", "read")).isEqualTo(2);
        assertThat(read("releases", "type", "door", "mode", "read")).isEqualTo(2);
        assertThat(read("releases", "type", "door", "mode", "write")).isZero();
        assertThat(read("contentions", "type", "door", "mode", "write")).isEqualTo(2);
        assertThat(read("active", "type", "door", "mode", "write")).isEqualTo(1);
        assertThat(read("waiting", "type", "door", "mode", "write")).isEqualTo(1);
        waiting.cancel(false);
        held.close();
        assertThat(read("active", "type", "door", "mode", "write")).isZero();
        assertThat(read("waiting", "type", "door", "mode", "write")).isZero();
    }

    @Test
    void requestsThatFailAreToldApartByHowTheyEnded() {
        use(InterlockManager.builder().maxLocksPerOwner(2).deadlocks(DeadlockPolicy.BREAK));
        meters.bindTo(registry);
        locks.write("door").owner(ALICE).acquire();
        LockHandle bobs = locks.write("gate").owner(BOB).acquire();
        assertFails(locks.write("door").owner(CAROL).timeout(Duration.ZERO));
        assertThat(locks.write("door").owner(CAROL).acquireAsync().cancel(false))
                .isTrue();
        var alices = locks.write("gate").owner(ALICE).priority(9).acquireAsync();
        var victim = locks.write("door").owner(BOB).priority(1).acquireAsync();
        await().until(victim::isCompletedExceptionally);
        bobs.close();
        await().until(alices::isDone);
        assertFails(locks.write("door:3").owner(ALICE));

        read("cleaned");
        assertThat(read("failures", "type", "door", "outcome", "timeout")).isZero();
        assertThat(failures("timeout")).isEqualTo(1);
        assertThat(failures("cancelled")).isEqualTo(1);
        assertThat(failures("deadlock")).isEqualTo(1);
        assertThat(failures("refused")).isEqualTo(1);
        assertThat(read("timeouts", "type", "door", "mode", "write")).isEqualTo(1);
        assertThat(read("deadlocks", "backend", "memory")).isEqualTo(1);
    }

    @Test
    void longWaitsAndHoldsAreCountedAndThoseThatStandAreGauged() {
        use(InterlockManager.builder().longWait(Duration.ofMillis(1)));
        meters.bindTo(registry);
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        var waiting = locks.write("door").owner(BOB).acquireAsync();
        await().until(() -> gauge("long.waiting") == 1 && gauge("long.active") == 1);
        await().until(() -> read("long.waits") == 1 && read("long.holds") == 1);

        assertThat(waiting.cancel(false)).isTrue();
        held.close();

        assertThat(gauge("long.waiting")).isZero();
        assertThat(gauge("long.active")).isZero();
        assertThat(read("long.waits", "backend", "memory")).isEqualTo(1);
        assertThat(read("long.holds", "backend", "memory")).isEqualTo(1);
    }

    private double gauge(String name) {
        return registry.get("interlock." + name)
                .tags("backend", "memory")
                .gauge()
                .value();
    }

    private double failures(String outcome) {
        return read("failures", "type", "door", "mode", "write", "outcome", outcome);
    }

    private static void assertFails(LockRequest request) {
        assertThat(request.acquireAsync()).isCompletedExceptionally();
    }

    @Test
    void holdsThatWereLostAreCountedAsExpiredOrAsLostOnly() {
        meters.bindTo(registry);
        LockHandle expiring =
                locks.write("door").lease(Duration.ofMillis(1)).owner(ALICE).acquire();
        await().until(() -> !expiring.isHeld());
        locks.write("door").owner(BOB).acquire();
        locks.monitor().forceRelease("door", "operator", "test");

        read("cleaned");
        assertThat(read("expired", "type", "door", "mode", "write")).isEqualTo(1);
        assertThat(read("lost", "type", "door", "mode", "write")).isEqualTo(2);
        assertThat(read("releases", "type", "door", "mode", "write")).isZero();
    }

    @Test
    void idleResourcesThatAreForgottenAreCounted() {
        use(InterlockManager.builder().maxResources(2));
        meters.bindTo(registry);

        IntStream.range(0, 100).forEach(i -> takeAndGiveBack(locks.write("door", i)));

        assertThat(read("cleaned", "backend", "memory"))
                .isPositive()
                .isEqualTo(100 - locks.monitor().count().remembered());
        assertThat(read("acquisitions", "type", "door", "mode", "write")).isEqualTo(100);
    }

    @Test
    void countersDoNotFallWhenStatisticsBeginAnew() {
        meters.bindTo(registry);
        takeAndGiveBack(locks.write("door"));
        takeAndGiveBack(locks.write("door"));
        read("cleaned");

        locks.monitor().resetStatistics();
        takeAndGiveBack(locks.write("door"));
        locks.monitor().resetStatistics("door");
        assertThat(read("acquisitions", "type", "door", "mode", "write")).isEqualTo(3);

        takeAndGiveBack(locks.write("door"));
        assertThat(read("acquisitions", "type", "door", "mode", "write")).isEqualTo(4);
        assertThat(read("releases", "type", "door", "mode", "write")).isEqualTo(4);
    }

    @Test
    void oneScrapeLooksOnce() {
        takeAndGiveBack(locks.write("door"));
        meters.bindTo(registry);
        read("cleaned");
        Meter acquisitions = registry.get("interlock.acquisitions")
                .tags("mode", "write")
                .meters()
                .iterator()
                .next();
        double first = acquisitions.measure().iterator().next().getValue();

        takeAndGiveBack(locks.write("door"));
        assertThat(acquisitions.measure().iterator().next().getValue()).isEqualTo(first);
        clock.add(Totals.FRESH);
        assertThat(acquisitions.measure().iterator().next().getValue()).isEqualTo(first + 1);
    }

    @Test
    void typesHaveMetersOnceTheyAreSeen() {
        meters = meters(false, false, false);
        meters.bindTo(registry);
        assertThat(registry.find("interlock.acquisitions").meters()).isEmpty();

        takeAndGiveBack(locks.write("door"));
        assertThat(registry.find("interlock.acquisitions").meters())
                .as("nobody has looked")
                .isEmpty();
        read("deadlocks");

        assertThat(read("acquisitions", "type", "door", "mode", "write")).isEqualTo(1);
    }

    @Test
    void typesThatComeAfterTooManyOthersShareTheirMeters() {
        use(InterlockManager.builder().maxTypes(2));
        meters.bindTo(registry);

        for (String type : List.of("a", "b", "c", "d")) {
            takeAndGiveBack(locks.write(type));
            await().until(() -> timedTypes().contains(type.compareTo("b") > 0 ? "(other)" : type));
        }
        await().until(() -> timer("wait", "type", "(other)").count() == 2);

        read("cleaned");
        assertThat(read("acquisitions", "type", "(other)", "mode", "write")).isEqualTo(2);
        assertThat(types("interlock.acquisitions")).containsExactlyInAnyOrder("a", "b", "(other)");
        assertThat(types("interlock.wait")).containsExactlyInAnyOrder("a", "b", "(other)");
    }

    private Set<String> timedTypes() {
        return types("interlock.wait");
    }

    private Set<String> types(String name) {
        return registry.find(name).meters().stream()
                .map(each -> each.getId().getTag("type"))
                .collect(Collectors.toSet());
    }

    @Test
    void aResourceIsNoTag() {
        meters.bindTo(registry);
        takeAndGiveBack(locks.write("door:4711").owner(ALICE));
        await().until(() -> !registry.find("interlock.hold").timers().isEmpty());
        read("cleaned");

        assertThat(registry.getMeters())
                .flatExtracting(each -> each.getId().getTags())
                .extracting(Tag::getKey)
                .containsOnly("type", "mode", "backend", "outcome", "le");
        assertThat(registry.getMeters())
                .flatExtracting(each -> each.getId().getTags())
                .extracting(Tag::getValue)
                .doesNotContain("door:4711", "4711", "alice");
    }

    @Test
    void aResourceThatBeginsWithAColonHasATypeThatEveryRegistryTakes() {
        takeAndGiveBack(locks.write(":1"));
        meters.bindTo(registry);

        assertThat(read("acquisitions", "type", "(none)", "mode", "write")).isEqualTo(1);
    }

    @Test
    void allMetersAreDescribedAndHaveAUnit() {
        takeAndGiveBack(locks.write("door"));
        meters.bindTo(registry);

        assertThat(registry.getMeters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getId().getName()).startsWith("interlock.");
            assertThat(meter.getId().getDescription()).isNotBlank();
            assertThat(meter.getId().getBaseUnit()).isNotBlank();
        });
    }

    @Test
    void everyRegistryHasAllMeters() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry(clock);
        MeterRegistry within = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
        composite.add(within);
        meters.bindTo(registry);
        meters.bindTo(composite);

        takeAndGiveBack(locks.write("door"));

        for (MeterRegistry each : List.of(registry, within)) {
            await().until(() -> each.find("interlock.hold").timer() != null);
            assertThat(each.get("interlock.wait").timer().count()).isEqualTo(1);
            clock.addSeconds(1);
            each.get("interlock.cleaned").functionCounter().count();
            assertThat(each.get("interlock.acquisitions")
                            .tag("mode", "write")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
        }
    }

    // --- timers ----------------------------------------------------------------------------------------------------

    private Timer timer(String name, String... tags) {
        return registry.get("interlock." + name).tags(tags).timer();
    }

    @Test
    void everyWaitAndEveryHoldIsTimed() {
        meters.bindTo(registry);
        LockHandle held = locks.write("door:1").owner(ALICE).acquire();
        var waiting = locks.write("door:1").owner(BOB).acquireAsync();
        await().until(() -> locks.monitor().holders("door:1").get(0).heldFor().toMillis() >= 3);
        held.close();
        await().until(waiting::isDone);
        locks.monitor().forceRelease("door:1", "operator", "test");

        await().until(() -> timer("hold").count() == 2);
        Timer waits = timer("wait", "type", "door", "mode", "write", "backend", "memory");
        assertThat(waits.count()).isEqualTo(2);
        assertThat(waits.totalTime(TimeUnit.MILLISECONDS)).isPositive();
        assertThat(timer("hold").max(TimeUnit.MILLISECONDS)).isGreaterThanOrEqualTo(3);
        assertThat(Arrays.stream(waits.takeSnapshot().histogramCounts())
                        .map(CountAtBucket::bucket)
                        .map(nanos -> Duration.ofNanos(nanos.longValue())))
                .startsWith(Duration.ofMillis(1))
                .endsWith(Duration.ofSeconds(60))
                .hasSize(15);
    }

    @Test
    void whereNothingIsTimedNobodyListens() {
        LockTimers none = new LockTimers(new TimedEvents(false, false), false);
        LockTimers waits = new LockTimers(new TimedEvents(true, false), false);

        assertThat(none.wants(LockEvent.Acquired.class)).isFalse();
        assertThat(none.wants(LockEvent.Released.class)).isFalse();
        assertThat(waits.wants(LockEvent.Acquired.class)).isTrue();
        assertThat(waits.wants(LockEvent.Released.class)).isFalse();
        assertThat(waits.wants(LockEvent.Contended.class)).isFalse();
    }

    @Test
    void theOwnerIsATagOfTheTimersWhereThatIsWanted() {
        meters = meters(true, true, true);
        meters.bindTo(registry);
        takeAndGiveBack(locks.write("door").owner(ALICE));
        takeAndGiveBack(locks.write("door").owner(BOB));

        await().until(() -> registry.find("interlock.hold").timers().size() == 2);
        assertThat(timer("hold", "owner", "alice").count()).isEqualTo(1);
        assertThat(timer("wait", "owner", "bob").count()).isEqualTo(1);
    }

    @Test
    void asynchronousCallsOfNobodyInParticularShareATag() {
        meters = meters(false, true, true);
        meters.bindTo(registry);

        for (int i = 0; i < 5; i++) {
            locks.write("door").acquireAsync().join().close();
        }
        takeAndGiveBack(locks.write("door").owner(ALICE));

        await().until(() ->
                registry.find("interlock.hold").tag("owner", "alice").timer() != null);
        assertThat(timer("hold", "owner", "(async)").count()).isEqualTo(5);
        assertThat(registry.find("interlock.hold").timers()).hasSize(2);
    }

    @Test
    void ownersAreBoundedInAllTypesAndModesTogether() {
        meters = meters(true, true, true);
        meters.bindTo(registry);

        for (int i = 0; i < 300; i++) {
            LockOwner owner = LockOwner.named("o" + i);
            for (String type : List.of("door", "gate")) {
                takeAndGiveBack(locks.write(type).owner(owner));
                takeAndGiveBack(locks.read(type).owner(owner));
            }
        }

        await().until(() -> registry.find("interlock.hold").timers().stream()
                        .mapToLong(Timer::count)
                        .sum()
                == 1200);
        assertThat(registry.find("interlock.hold").timers()).hasSize(1000 + 4);
        assertThat(registry.find("interlock.wait").timers()).hasSize(1000 + 4);
    }

    @Test
    void ownersWithoutNumberShareATag() {
        meters = meters(false, true, true);
        meters.bindTo(registry);

        IntStream.range(0, 1100)
                .forEach(i -> takeAndGiveBack(locks.write("door").owner(LockOwner.named("o" + i))));

        await().until(() -> registry.find("interlock.hold").tag("owner", "(other)").timers().stream()
                        .mapToLong(Timer::count)
                        .sum()
                == 100);
        assertThat(registry.find("interlock.hold").timers()).hasSize(1001);
    }
}
