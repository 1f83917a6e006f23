package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.DeadlockException;
import dev.interlock.LockHandle;
import dev.interlock.LockLimitException;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.PotentialDeadlockException;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.DurationSummary;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

/** Each property changes what the manager does. */
@Timeout(30)
class PropertiesReachTheManagerTest {

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockOwner BOB = LockOwner.named("bob");
    private static final LockOwner CAROL = LockOwner.named("carol");

    private final ManualTime time = new ManualTime();
    /** What a test leaves held keeps no context from closing. */
    private final ApplicationContextRunner contexts =
            Contexts.withLocks().withPropertyValues("interlock.shutdown.drain=0");

    private void with(String properties, Consumer<LockManager> test) {
        withContext(contexts, properties, context -> test.accept(context.getBean(LockManager.class)));
    }

    /** Time stands still until it is advanced. */
    private void withManualTime(String properties, Consumer<LockManager> test) {
        withContext(
                contexts.withBean(LockManagerCustomizer.class, () -> builder -> builder.timeSource(time)),
                properties,
                context -> test.accept(context.getBean(LockManager.class)));
    }

    private static void withContext(
            ApplicationContextRunner contexts, String properties, Consumer<ApplicationContext> test) {
        contexts.withPropertyValues(properties.split(" ")).run(context -> {
            assertThat(context).hasNotFailed();
            test.accept(context);
        });
    }

    private static void assertTimesOut(LockRequest request, Duration after) {
        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> request.owner(BOB).acquire())
                .satisfies(late -> assertThat(late.elapsed().orElseThrow()).isBetween(after, Duration.ofSeconds(8)));
    }

    private static CompletableFuture<LockHandle> waiting(LockRequest request) {
        CompletableFuture<LockHandle> future = request.acquireAsync();
        assertThat(future).isNotDone();
        return future;
    }

    private static LockHandle granted(CompletableFuture<LockHandle> future) {
        assertThat(future).succeedsWithin(Duration.ofSeconds(10));
        return future.join();
    }

    @Test
    void requestsWaitAsLongAsTheTimeoutOfTheirModeSays() {
        with(
                "interlock.timeout.read=21ms interlock.timeout.write=PT0.022S interlock.timeout.distributed=23"
                        + " interlock.distributed.backend=memory",
                locks -> {
                    try (LockHandle held = locks.write("door").owner(ALICE).acquire()) {
                        assertTimesOut(locks.read("door"), Duration.ofMillis(21));
                        assertTimesOut(locks.write("door"), Duration.ofMillis(22));
                        assertTimesOut(locks.distributed("door"), Duration.ofMillis(23));
                    }
                });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void timeoutsAdaptWithinTheirBoundsWhichIsLogged(CapturedOutput output) {
        withContext(
                contexts.withBean(
                        LockManagerCustomizer.class,
                        () -> builder -> builder.timeSource(time).callbackExecutor(Runnable::run)),
                "interlock.timeout.write=1s interlock.timeout.adaptive.enabled=true"
                        + " interlock.timeout.adaptive.min=1500ms interlock.timeout.adaptive.max=1800ms"
                        + " interlock.resources.account.adaptive.max=1700ms"
                        + " interlock.resources.invoice.adaptive.min=1600ms interlock.resources.order.timeout=1s",
                context -> {
                    LockManager locks = context.getBean(LockManager.class);
                    List.of("door", "account", "order").forEach(type -> useAndTimeOut(locks, type, 10));
                    List.of("gate", "invoice").forEach(type -> useAndTimeOut(locks, type, 0));

                    time.advance(Duration.ofMinutes(1));

                    assertThat(locks.monitor().timeoutAdvice())
                            .extracting(
                                    each -> each.type() + " " + each.timeout().toMillis() + " " + each.adaptive())
                            .containsExactly(
                                    "account 1700 true",
                                    "door 1800 true",
                                    "gate 1500 true",
                                    "invoice 1600 true",
                                    "order 1000 false");
                    assertThat(output.getOut().lines().filter(line -> line.contains("adapts from")))
                            .hasSize(4)
                            .anySatisfy(
                                    line -> assertThat(line)
                                            .contains("INFO")
                                            .contains(
                                                    "the timeout of 'door' in WRITE mode adapts from 1s to 1.8s: so many gave up"
                                                            + " that it is only known that waits are longer than 1s (10 of 111 timed out)"));
                });
    }

    private void useAndTimeOut(LockManager locks, String type, int times) {
        for (int i = 0; i < 100; i++) {
            locks.write(type, i).run(() -> {});
        }
        try (LockHandle held = locks.write(type, 1).owner(ALICE).acquire()) {
            List<CompletableFuture<LockHandle>> late = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                late.add(waiting(locks.write(type, 1)));
            }
            time.advance(Duration.ofSeconds(1));
            assertThat(late).allMatch(CompletableFuture::isCompletedExceptionally);
        }
    }

    @Test
    void aTimeoutCostsWhatIsHeldIfThatIsSet() {
        for (boolean costly : List.of(true, false)) {
            with("interlock.timeout.write=0 interlock.timeout.release-held=" + costly, locks -> {
                LockHandle gate = locks.write("gate").owner(ALICE).acquire();
                locks.write("door").owner(BOB).acquire();
                assertThatExceptionOfType(LockTimeoutException.class)
                        .isThrownBy(() -> locks.write("door").owner(ALICE).acquire());
                assertThat(gate.isHeld()).isNotEqualTo(costly);
            });
        }
    }

    @Test
    void aTypeHasATimeoutALeaseAndAPriorityOfItsOwn() {
        with(
                "interlock.resources.account.timeout=24ms interlock.resources.account.lease=1h"
                        + " interlock.resources.account.priority=9",
                locks -> {
                    try (LockHandle held = locks.write("account:1").owner(ALICE).acquire()) {
                        assertThat(held.leaseExpiresAt().orElseThrow())
                                .isBetween(
                                        held.acquiredAt().plusSeconds(3_599),
                                        held.acquiredAt().plusSeconds(3_660));
                        assertThat(locks.monitor().holders("account:1"))
                                .extracting(holder -> holder.priority())
                                .containsExactly(9);
                        assertTimesOut(locks.read("account:1"), Duration.ofMillis(24));
                    }
                    try (LockHandle held = locks.write("order:1").acquire()) {
                        assertThat(held.leaseExpiresAt()).isEmpty();
                    }
                });
    }

    @Test
    void aTypeWithDotsGoesInBrackets() {
        with("interlock.resources.[my.type].priority=3 interlock.resources.other_type.priority=2", locks -> {
            try (LockHandle dotted = locks.write("my.type:1").acquire();
                    LockHandle other = locks.write("other_type:1").acquire()) {
                assertThat(locks.monitor().holders("my.type:1").get(0).priority())
                        .isEqualTo(3);
                assertThat(locks.monitor().holders("other_type:1").get(0).priority())
                        .isEqualTo(2);
            }
        });
    }

    @Test
    void aStripedTypeHasSoManyLocks() {
        with("interlock.resources.session.stripes=1 interlock.resources.account.stripes=0", locks -> {
            try (LockHandle session = locks.write("session:1").owner(ALICE).acquire();
                    LockHandle account = locks.write("account:1").owner(ALICE).acquire()) {
                assertThat(locks.write("session:2").owner(BOB).tryAcquire()).isEmpty();
                locks.write("account:2").owner(BOB).timeout(Duration.ZERO).run(() -> {});
            }
        });
    }

    @Test
    void limitsAreLimits() {
        with(
                "interlock.limits.max-locks-per-owner=1 interlock.limits.max-queue=1"
                        + " interlock.limits.max-resource-length=4",
                locks -> {
                    LockHandle held = locks.write("door").owner(ALICE).acquire();
                    assertThatExceptionOfType(LockLimitException.class)
                            .isThrownBy(() -> locks.write("gate").owner(ALICE).acquire());
                    CompletableFuture<LockHandle> queued =
                            waiting(locks.write("door").owner(BOB));
                    assertThatExceptionOfType(LockLimitException.class)
                            .isThrownBy(() -> locks.write("door").owner(CAROL).acquire());
                    assertThatExceptionOfType(LockLimitException.class)
                            .isThrownBy(() -> locks.write("doors").acquire());
                    held.close();
                    granted(queued).close();
                });
    }

    @Test
    void underTheStrictPolicyNobodyGoesBeforeThoseWhoWait() {
        with("interlock.fairness.policy=strict", locks -> assertThat(passesAWaiter(locks))
                .isFalse());
    }

    @Test
    void underTheBoundedPolicyTheBoundSaysHowLongTheyMayBeLeftBehind() {
        with("interlock.fairness.bound=1h", locks -> assertThat(passesAWaiter(locks))
                .isTrue());
        with("interlock.fairness.bound=0", locks -> assertThat(passesAWaiter(locks))
                .isFalse());
    }

    private static boolean passesAWaiter(LockManager locks) {
        LockHandle reading = locks.read("door").owner(ALICE).acquire();
        CompletableFuture<LockHandle> writer = waiting(locks.write("door").owner(BOB));
        boolean passed = locks.read("door")
                .owner(CAROL)
                .tryAcquire()
                .map(PropertiesReachTheManagerTest::closed)
                .isPresent();
        reading.close();
        granted(writer).close();
        return passed;
    }

    private static LockHandle closed(LockHandle handle) {
        handle.close();
        return handle;
    }

    @Test
    void ageingSaysWhatAPriorityIsWorth() {
        with("interlock.fairness.priority-ageing=1h", locks -> assertThat(priorityGoesFirst(locks))
                .isTrue());
        with("interlock.fairness.priority-ageing=0", locks -> assertThat(priorityGoesFirst(locks))
                .isFalse());
    }

    private static boolean priorityGoesFirst(LockManager locks) {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        CompletableFuture<LockHandle> low =
                waiting(locks.write("door").owner(BOB).priority(1));
        CompletableFuture<LockHandle> high =
                waiting(locks.write("door").owner(CAROL).priority(10));
        held.close();
        Object first = CompletableFuture.anyOf(low, high)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        boolean highFirst = high.isDone() && high.join() == first;
        ((LockHandle) first).close();
        granted(highFirst ? low : high).close();
        return highFirst;
    }

    @Test
    void aDeadlockIsBrokenReportedOrLeftAlone() {
        with("interlock.deadlock.policy=break", locks -> {
            CompletableFuture<LockHandle> victim = endlessCircle(locks);
            assertThat(victim)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(DeadlockException.class);
        });
        with("interlock.deadlock.policy=report", locks -> {
            CompletableFuture<LockHandle> closing = endlessCircle(locks);
            assertThat(closing).isNotDone();
            Awaitility.await().until(() -> locks.monitor().recentDeadlocks().size() == 1);
        });
        with("interlock.deadlock.policy=off", locks -> {
            CompletableFuture<LockHandle> closing = endlessCircle(locks);
            assertThat(closing).isNotDone();
            assertThat(locks.monitor().recentDeadlocks()).isEmpty();
        });
    }

    private static CompletableFuture<LockHandle> endlessCircle(LockManager locks) {
        locks.write("one").owner(ALICE).acquire();
        locks.write("two").owner(BOB).acquire();
        CompletableFuture<LockHandle> waiting = waiting(locks.write("two").owner(ALICE));
        assertThat(waiting).isNotDone();
        return locks.write("one").owner(BOB).acquireAsync();
    }

    @Test
    void offIsAWordEvenWhereYamlTakesItForFalse() {
        withContext(contexts, "interlock.deadlock.policy=false interlock.ordering.policy=false", context -> {
            InterlockProperties properties = context.getBean(InterlockProperties.class);
            assertThat(properties.deadlock().policy()).hasToString("OFF");
            assertThat(properties.ordering().policy()).hasToString("OFF");
        });
    }

    @Test
    void aLongWaitIsReportedAfterTheTimeThatIsSet() {
        withManualTime("interlock.deadlock.long-wait=7s interlock.timeout.write=1h", locks -> {
            locks.write("door").owner(ALICE).acquire();
            CompletableFuture<LockHandle> waiting = waiting(locks.write("door").owner(BOB));
            time.advance(Duration.ofSeconds(6));
            assertThat(locks.monitor().history()).noneMatch(LockEvent.LongWait.class::isInstance);
            time.advance(Duration.ofSeconds(4));
            assertThat(waiting).isNotDone();
            Awaitility.await()
                    .until(() -> locks.monitor().history().stream().anyMatch(LockEvent.LongWait.class::isInstance));
        });
    }

    @Test
    void takingTypesAgainstTheHierarchyFailsIfThatIsThePolicy() {
        with("interlock.ordering.policy=fail interlock.ordering.hierarchy=order,account", locks -> {
            try (LockHandle account = locks.write("account:1").acquire()) {
                assertThatExceptionOfType(PotentialDeadlockException.class)
                        .isThrownBy(() -> locks.write("order:1").acquire());
            }
        });
    }

    @Test
    void timesAreNotRecordedIfStatisticsAreOff() {
        with("interlock.statistics.enabled=false", locks -> assertThat(heldTimes(locks))
                .isEqualTo(DurationSummary.NONE));
        with(
                "interlock.statistics.enabled=true",
                locks -> assertThat(heldTimes(locks).count()).isOne());
    }

    private static DurationSummary heldTimes(LockManager locks) {
        locks.write("door").run(() -> {});
        return locks.monitor().statistics("door").orElseThrow().write().held();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void theHistoryKeepsSoManyEvents(int size) {
        with("interlock.statistics.history-size=" + size, locks -> {
            locks.write("door").run(() -> {});
            locks.write("door").run(() -> {});
            assertThat(locks.monitor().history()).hasSize(size);
        });
    }

    @Test
    void kindsOfOperationsAreMadeAndChanged() {
        with(
                "interlock.optimistic.kinds.urgent.priority=9 interlock.optimistic.kinds.NORMAL.retries=7"
                        + " interlock.optimistic.kinds.low.alert=true",
                locks -> assertThat(locks.operations().kinds())
                        .containsExactly(
                                OperationKind.STRUCTURAL,
                                new OperationKind("urgent", 9, 5, false),
                                new OperationKind("NORMAL", 5, 7, false),
                                new OperationKind("LOW", 2, 3, true)));
    }

    @Test
    void operationsRestAsLongAsIsSetAndSoManyAreRemembered() {
        withManualTime(
                "interlock.optimistic.backoff.initial=3s interlock.optimistic.backoff.multiplier=10"
                        + " interlock.optimistic.backoff.max=20s interlock.optimistic.backoff.jitter=0"
                        + " interlock.optimistic.history=1",
                locks -> {
                    locks.optimistic().on("page").attempt(now -> null);
                    CompletableFuture<?> end = locks.optimistic()
                            .on("page")
                            .retries(2)
                            .repeatAsync(
                                    attempt -> CompletableFuture.failedFuture(new IllegalStateException()),
                                    failure -> true);
                    Contenders.until("it has given up", () -> {
                        time.advance(Duration.ofSeconds(1));
                        return end.isDone();
                    });
                    assertThat(locks.monitor().history("page"))
                            .filteredOn(LockEvent.OperationRetried.class::isInstance)
                            .map(event -> ((LockEvent.OperationRetried) event).after())
                            .containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(20));
                    assertThat(locks.operations().recent()).hasSize(1);
                });
    }

    @Test
    void soManyIdleResourcesAreRemembered() {
        with("interlock.statistics.max-resources=5", locks -> {
            for (int i = 0; i < 500; i++) {
                locks.write("door", i).run(() -> {});
            }
            assertThat(locks.monitor().count().remembered()).isLessThan(100);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereAHoldWasAcquiredIsCapturedIfAskedFor(boolean asked) {
        with("interlock.debug.capture-stack-traces=" + asked, locks -> {
            try (LockHandle held = locks.write("door").acquire()) {
                assertThat(locks.monitor().holders("door").get(0).stackTrace().isEmpty())
                        .isEqualTo(!asked);
            }
        });
    }

    @Test
    void theManagerWaitsAtItsEndForThoseWhoHold() {
        List<LockHandle> handles = new CopyOnWriteArrayList<>();
        withManualTime("interlock.shutdown.drain=3s", locks -> {
            handles.add(locks.write("door").owner(ALICE).acquire());
            CompletableFuture<Void> closing = CompletableFuture.runAsync(locks::close);
            Awaitility.await().until(() -> time.sleeping() > 0);
            time.advance(Duration.ofMillis(2_999));
            assertThat(closing).isNotDone();
            time.advance(Duration.ofMillis(1));
            assertThat(closing).succeedsWithin(Duration.ofSeconds(10));
        });
        assertThat(handles).singleElement().satisfies(LockHandle::close);
    }

    @Test
    void whatIsForOtherBackendsAndOtherPartsIsBound() {
        withContext(
                contexts,
                "interlock.lease.duration=11s interlock.lease.renew=false interlock.lease.max-hold=5m interlock.lease.hand-offs=4 interlock.lease.term=7ms"
                        + " interlock.deadlock.publish-after=3s interlock.file.directory=/var/locks interlock.jdbc.table-prefix=X_"
                        + " interlock.jdbc.initialize-schema=never interlock.jdbc.data-source=locks interlock.retry.max-attempts=4"
                        + " interlock.retry.delay=5ms interlock.retry.multiplier=2 interlock.retry.jitter=1ms"
                        + " interlock.cleanup.interval=2m interlock.aop.order=17 interlock.mdc=false"
                        + " interlock.transaction.guard=false",
                context -> {
                    InterlockProperties set = context.getBean(InterlockProperties.class);
                    assertThat(set.lease())
                            .isEqualTo(new InterlockProperties.Lease(
                                    Duration.ofSeconds(11), false, Duration.ofMinutes(5), 4, Duration.ofMillis(7)));
                    assertThat(set.deadlock().publishAfter()).hasSeconds(3);
                    assertThat(set.file().directory()).hasToString("/var/locks");
                    assertThat(set.jdbc())
                            .isEqualTo(new InterlockProperties.Jdbc(
                                    "X_", InterlockProperties.SchemaInitialization.NEVER, "locks"));
                    assertThat(set.retry())
                            .isEqualTo(new InterlockProperties.Retry(4, Duration.ofMillis(5), 2, Duration.ofMillis(1)));
                    assertThat(set.cleanup().interval()).hasMinutes(2);
                    assertThat(set.aop().order()).isEqualTo(17);
                    assertThat(set.mdc()).isFalse();
                    assertThat(set.transaction().guard()).isFalse();
                });
    }
}
