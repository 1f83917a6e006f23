package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.spring.actuate.RunningApplication.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/** What the endpoints answer over HTTP, on whatever server. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EndpointsOverHttp {

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockOwner BOB = LockOwner.named("bob");
    private static final LockOwner CAROL = LockOwner.named("carol");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final WebApplicationType web;
    private final List<LockHandle> held = new ArrayList<>();
    private final List<CompletableFuture<LockHandle>> waiting = new ArrayList<>();
    private RunningApplication application;
    private LockManager locks;

    EndpointsOverHttp(WebApplicationType web) {
        this.web = web;
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        AuditEventRepository auditEvents() {
            return new InMemoryAuditEventRepository();
        }
    }

    @BeforeAll
    void start() {
        String[] properties = {
            RunningApplication.PLAIN,
            "management.endpoint.locks.access=unrestricted",
            "management.endpoint.lockstats.access=unrestricted",
            "interlock.node=orders-1",
            "interlock.distributed.backend=memory",
            "interlock.resources.basket.stripes=2"
        };
        application = RunningApplication.start(web, Application.class, properties);
        locks = application.locks();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @AfterEach
    void letGo() {
        waiting.forEach(each -> each.cancel(false));
        held.forEach(LockHandle::close);
        await().until(() -> locks.monitor().count().resources() == 0);
        waiting.clear();
        held.clear();
    }

    RunningApplication application() {
        return application;
    }

    private LockHandle hold(LockRequest request) {
        LockHandle handle = request.acquire();
        held.add(handle);
        return handle;
    }

    private void queue(LockRequest request) {
        waiting.add(request.timeout(LONG).acquireAsync());
    }

    // --- locks -----------------------------------------------------------------------------------------------------

    @Test
    void everyHolderAndEveryWaiterIsShown() {
        LockHandle handle = hold(locks.write("account:42")
                .owner(ALICE)
                .lease(LONG)
                .reason("month's end")
                .metadata(LockRequest.METHOD, "AccountService.close")
                .metadata("ticket", "T-1"));
        queue(locks.read("account:42").owner(BOB).priority(2).metadata(LockRequest.METHOD, "AccountService.read"));
        queue(locks.write("account:42").owner(CAROL).priority(9));

        Answer answer = application.get("locks");

        assertThat(answer.status()).isEqualTo(200);
        Map<String, Object> all = answer.map("$");
        assertThat(all)
                .containsOnlyKeys(
                        "node",
                        "backend",
                        "distributedBackend",
                        "total",
                        "held",
                        "waiting",
                        "contentions",
                        "timeouts",
                        "locks",
                        "incomplete")
                .containsEntry("held", 1)
                .containsEntry("waiting", 2)
                .containsEntry("total", 1)
                .containsEntry("node", "orders-1")
                .containsEntry("backend", "memory")
                .containsEntry("distributedBackend", "memory");
        assertThat(answer.list("$.locks")).hasSize(1);
        Map<String, Object> lock = answer.map("$.locks[0]");
        assertThat(lock)
                .containsOnlyKeys("resource", "type", "scope", "holders", "moreHolders", "waiters", "moreWaiters")
                .containsEntry("resource", "account:42")
                .containsEntry("type", "account")
                .containsEntry("scope", "process");
        Map<String, Object> holder = answer.map("$.locks[0].holders[0]");
        assertThat(holder)
                .containsOnlyKeys(
                        "owner",
                        "ownerId",
                        "node",
                        "mode",
                        "fencingToken",
                        "acquiredAt",
                        "heldMs",
                        "leaseExpiresAt",
                        "keptUntil",
                        "method",
                        "reason",
                        "metadata",
                        "stackTrace")
                .containsEntry("owner", "alice")
                .containsEntry("node", "orders-1")
                .containsEntry("mode", "WRITE")
                .containsEntry("fencingToken", (int) handle.fencingToken())
                .containsEntry("keptUntil", null)
                .containsEntry("method", "AccountService.close")
                .containsEntry("reason", "month's end")
                .containsEntry("metadata", Map.of("ticket", "T-1"))
                .containsEntry("stackTrace", List.of());
        assertThat(Instant.parse((String) holder.get("acquiredAt"))).isEqualTo(handle.acquiredAt());
        assertThat(Instant.parse((String) holder.get("leaseExpiresAt")))
                .isEqualTo(handle.leaseExpiresAt().orElseThrow());
        assertThat((Integer) holder.get("heldMs")).isNotNegative();
        assertThat(answer.texts("$.locks[0].waiters[*].owner")).containsExactly("carol", "bob");
        Map<String, Object> waiter = answer.map("$.locks[0].waiters[1]");
        assertThat(waiter)
                .containsOnlyKeys("owner", "ownerId", "node", "mode", "priority", "position", "waitingMs", "method")
                .containsEntry("mode", "READ")
                .containsEntry("priority", 2)
                .containsEntry("position", 2)
                .containsEntry("method", "AccountService.read");
    }

    @Test
    void whereNobodyLocksThereIsNothingToShow() {
        assertThat(application.get("locks").list("$.locks")).isEmpty();
    }

    @Test
    void locksAreFilteredByOwnerTypeAndState() {
        hold(locks.write("account:1").owner(ALICE));
        queue(locks.write("account:1").owner(BOB));
        hold(locks.read("order:1").owner(CAROL));

        assertThat(resources("owner", "alice")).containsExactly("account:1");
        assertThat(resources("owner", "bob")).containsExactly("account:1");
        assertThat(resources("owner", "nobody")).isEmpty();
        assertThat(resources("type", "order")).containsExactly("order:1");
        assertThat(resources("state", "held")).containsExactly("account:1", "order:1");
        assertThat(resources("state", "Contended")).containsExactly("account:1");
        assertThat(resources("state", "CONTENDED", "type", "order")).isEmpty();
    }

    @Test
    void locksAreFilteredByNodeAndByPartOfWhatIsSaidOfThem() {
        hold(locks.write("account:1").owner(ALICE).reason("Month's end"));
        queue(locks.write("account:1").owner(BOB).metadata(LockRequest.METHOD, "Bank.pay"));
        hold(locks.read("order:1").owner(CAROL));

        assertThat(resources("text", "ORDER:")).containsExactly("order:1");
        assertThat(resources("text", "alic")).containsExactly("account:1");
        assertThat(resources("text", "month's")).containsExactly("account:1");
        assertThat(resources("text", "bank.PAY")).containsExactly("account:1");
        assertThat(resources("text", "nothing like it")).isEmpty();
        assertThat(resources("node", "orders-1", "text", "1")).containsExactly("account:1", "order:1");
        assertThat(resources("node", "orders-2")).isEmpty();
        Answer first = application.get("locks", "text", "1", "limit", "1");
        assertThat(first.number("$.total")).isEqualTo(2);
        assertThat(first.list("$.locks")).hasSize(1);
    }

    @Test
    void noMoreLocksAreShownThanAreAskedForTheWorstFirst() {
        for (int i = 0; i < 101; i++) {
            hold(locks.write("shelf", i).owner(i < 99 ? ALICE : BOB));
        }
        queue(locks.write("shelf:99").owner(CAROL));

        Answer all = application.get("locks");
        assertThat(all.number("$.total")).isEqualTo(101);
        assertThat(all.list("$.locks")).hasSize(100);
        assertThat(resources("limit", "2")).containsExactly("shelf:99", "shelf:0");
        assertThat(resources("limit", "500")).hasSize(101);
        Answer bobs = application.get("locks", "owner", "bob", "limit", "1");
        assertThat(bobs.number("$.total")).isEqualTo(2);
        assertThat(bobs.texts("$.locks[*].resource")).containsExactly("shelf:99");
    }

    @Test
    void whatIsKeptIsFoundUnderItsOwner() {
        LockHandle closed = locks.write("job").owner(ALICE).holdAtLeast(LONG).acquire();
        closed.close();

        Answer answer = application.get("locks", "owner", "alice");

        assertThat(answer.texts("$.locks[*].holders[*].owner")).containsExactly("alice");
        assertThat(Instant.parse(answer.text("$.locks[0].holders[0].keptUntil")))
                .isEqualTo(closed.acquiredAt().plus(LONG));
        assertThat(application
                        .delete("locks", "resource", "job", "reason", "test")
                        .texts("$.released[*].owner"))
                .containsExactly("alice");
    }

    @Test
    void whoReleasesByForceForgesNoLinesOfTheLog(CapturedOutput output) {
        hold(locks.write("safe\n1").owner(ALICE));

        application.delete("locks", "resource", "safe\n1", "reason", "hung\r\n\u001b[31mERROR all is lost");

        assertThat(output.getOut().lines().filter(line -> line.contains("by force")))
                .last()
                .asString()
                .endsWith("'actuator' released 'safe\\n1' by force from 1 holders:"
                        + " hung\\r\\n\\u001b[31mERROR all is lost");
    }

    private List<String> resources(String... filters) {
        return application.get("locks", filters).texts("$.locks[*].resource");
    }

    @Test
    void oneLockIsAskedForByItsResource() {
        hold(locks.write("account:1").owner(ALICE));
        hold(locks.write("account:2").owner(BOB));

        Answer answer = application.get("locks", "resource", "account:2");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.map("$"))
                .containsOnlyKeys(
                        "resource", "type", "scope", "holders", "waiters", "moreWaiters", "others", "incomplete")
                .containsEntry("resource", "account:2");
        assertThat(answer.text("$.holders[0].owner")).isEqualTo("bob");
    }

    @Test
    void aResourceThatNobodyHoldsOrWaitsForIsNotFound() {
        locks.write("account:1").run(() -> {});

        Answer answer = application.get("locks", "resource", "account:1");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text("$.message")).isEqualTo("nobody holds 'account:1' or waits for it");
    }

    @Test
    void whatCannotBeMeantIsABadRequestThatSaysWhy() {
        assertBad(application.get("locks", "resource", " "), "?resource=<name>");
        assertBad(application.get("locks", "state", "busy"), "'busy' is not a state of locks; use held or contended");
        assertBad(
                application.get("locks", "resource", "door", "owner", "alice"),
                "leave owner, type, state, node, text and limit out");
        assertBad(
                application.get("locks", "resource", "door", "limit", "5"),
                "leave owner, type, state, node, text and limit out");
        assertBad(application.get("locks", "limit", "0"), "limit is 0; ask for at least 1");
        assertBad(application.get("locks", "limit", "-7"), "limit is -7; ask for at least 1");
        assertThat(application.get("locks", "limit", "many").status()).isEqualTo(400);
        assertBad(application.delete("locks"), "?resource=<name>");
        assertBad(application.delete("locks", "resource", ""), "?resource=<name>");
        assertBad(application.get("lockstats", "limit", "0"), "limit is 0");
        assertBad(application.get("lockstats", "resource", "door", "type", "door"), "leave type and limit out");
        assertBad(application.get("lockevents", "kind", "vanished"), "use one of ACQUIRED, RELEASED");
        assertBad(application.get("lockevents", "limit", "-1"), "limit is -1");
        assertThat(application.get("lockevents", "limit", "many").status()).isEqualTo(400);
    }

    private static void assertBad(Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.number("$.status")).isEqualTo(400);
        assertThat(answer.text("$.message")).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/etc/hosts",
                "a path/with spaces",
                "café:größe/日本語 🔒",
                "1+1=2",
                "100%",
                "%2F",
                "a&b=c#d;e?f",
                "a,b",
                "\"quoted\" \\ <b>",
                "line\nbreak"
            })
    void anyResourceCanBeAskedForAndReleased(String resource) {
        LockHandle handle = hold(locks.write(resource).owner(ALICE));

        assertThat(application.get("locks", "resource", resource).text("$.resource"))
                .isEqualTo(resource);
        assertThat(application.get("lockstats", "resource", resource).text("$.resource"))
                .isEqualTo(resource);
        assertThat(application.get("lockevents", "resource", resource).status()).isEqualTo(200);
        assertThat(application
                        .delete("locks", "resource", resource, "reason", "test")
                        .text("$.resource"))
                .isEqualTo(resource);
        assertThat(handle.isHeld()).isFalse();
    }

    @Test
    void aForcedReleaseAnswersWhatItTookAway() {
        LockHandle one = hold(locks.read("account:1").owner(ALICE).reason("audit"));
        LockHandle other = hold(locks.read("account:1").owner(BOB));
        queue(locks.write("account:1").owner(CAROL));

        Answer answer = application.delete("locks", "resource", "account:1", "reason", "hung since noon");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.map("$"))
                .containsOnlyKeys("resource", "who", "reason", "released")
                .containsEntry("resource", "account:1")
                .containsEntry("who", "actuator")
                .containsEntry("reason", "hung since noon");
        assertThat(answer.texts("$.released[*].owner")).containsExactlyInAnyOrder("alice", "bob");
        assertThat(one.isHeld()).isFalse();
        assertThat(other.isHeld()).isFalse();
        held.add(waiting.get(0).join());
        assertThat(application.get("locks", "resource", "account:1").text("$.holders[0].owner"))
                .isEqualTo("carol");
    }

    @Test
    void aReleaseIsRefusedOnceOthersHoldTheLock() {
        LockHandle seen = hold(locks.write("account:1").owner(ALICE));
        String token = "" + seen.fencingToken();
        seen.close();
        LockHandle next = hold(locks.write("account:1").owner(BOB));

        Answer answer = application.delete("locks", "resource", "account:1", "reason", "hung", "token", token);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("$.message"))
                .isEqualTo("'account:1' is held by others than were named: 'bob' on orders-1 with token "
                        + next.fencingToken() + ". Nothing was released; look again who holds it");
        assertThat(next.isHeld()).isTrue();
        assertThat(application
                        .delete("locks", "resource", "account:1", "token", next.fencingToken() + "," + token)
                        .texts("$.released[*].owner"))
                .containsExactly("bob");
        assertThat(application
                        .delete("locks", "resource", "account:1", "token", token)
                        .status())
                .isEqualTo(404);
        assertBad(
                application.delete("locks", "resource", "account:1", "token", "seven"),
                "token is 'seven'; name numbers, with commas between");
    }

    @Test
    void ownersAreToldApartByAnId() {
        hold(locks.read("account:1").owner(ALICE));
        hold(locks.read("account:1").owner(BOB));
        queue(locks.write("account:1").owner(CAROL));
        hold(locks.read("account:2").owner(CAROL));

        Answer first = application.get("locks", "resource", "account:1");
        Answer second = application.get("locks", "resource", "account:2");

        List<Object> ids = new ArrayList<>(first.list("$.holders[*].ownerId"));
        ids.addAll(first.list("$.waiters[*].ownerId"));
        assertThat(ids).hasSize(3).doesNotHaveDuplicates().doesNotContainNull();
        assertThat(second.list("$.holders[*].ownerId")).isEqualTo(first.list("$.waiters[*].ownerId"));
    }

    @Test
    void ofACrowdSomeAreShownAndTheRestIsCounted() {
        for (int i = 0; i < 101; i++) {
            hold(locks.read("account:1").owner(LockOwner.named("reader-" + i)));
        }
        for (int i = 0; i < 102; i++) {
            queue(locks.write("account:1").owner(LockOwner.named("writer-" + i)));
        }

        Answer all = application.get("locks");
        assertThat(all.number("$.held")).isEqualTo(101);
        assertThat(all.number("$.waiting")).isEqualTo(102);
        assertThat(all.list("$.locks[0].holders")).hasSize(100);
        assertThat(all.number("$.locks[0].moreHolders")).isEqualTo(1);
        assertThat(all.list("$.locks[0].waiters")).hasSize(100);
        assertThat(all.number("$.locks[0].moreWaiters")).isEqualTo(2);
        Answer few = application.get("locks", "people", "3");
        assertThat(few.texts("$.locks[0].waiters[*].owner")).containsExactly("writer-0", "writer-1", "writer-2");
        assertThat(few.number("$.locks[0].moreWaiters")).isEqualTo(99);
        Answer one = application.get("locks", "resource", "account:1", "people", "3");
        assertThat(one.list("$.holders")).hasSize(101);
        assertThat(one.list("$.waiters")).hasSize(3);
        assertThat(one.number("$.moreWaiters")).isEqualTo(99);
        assertBad(application.get("locks", "people", "0"), "people is 0; ask for at least 1");
    }

    @Test
    void contentionsAndTimeoutsAreCountedBesideTheLocks() {
        Answer before = application.get("locks");
        hold(locks.write("account:1").owner(ALICE));
        assertThat(locks.write("account:1")
                        .owner(BOB)
                        .timeout(Duration.ofMillis(1))
                        .acquireAsync())
                .failsWithin(Duration.ofSeconds(30));

        Answer after = application.get("locks");

        assertThat(after.number("$.contentions")).isEqualTo(before.number("$.contentions") + 1);
        assertThat(after.number("$.timeouts")).isEqualTo(before.number("$.timeouts") + 1);
    }

    @Test
    void whatNobodyHoldsCannotBeReleased() {
        Answer answer = application.delete("locks", "resource", "account:1", "reason", "test");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text("$.message")).isEqualTo("nobody holds 'account:1'");
    }

    @Test
    void whoGivesNoReasonIsRecordedWithoutOne() {
        hold(locks.write("account:1").owner(ALICE));

        assertThat(application.delete("locks", "resource", "account:1").text("$.reason"))
                .isEqualTo("no reason given");
    }

    @Test
    void aStripeNamesWhatItIsHeldFor() {
        hold(locks.write("basket:7").owner(ALICE));

        Answer answer = application.get("locks", "resource", "basket:7");

        assertThat(answer.text("$.resource")).startsWith("basket:#");
        assertThat(answer.text("$.holders[0].metadata.resource")).isEqualTo("basket:7");
    }

    @Test
    void forcedReleasesAreAuditedWhereverTheyComeFrom() {
        Instant before = Instant.now();
        hold(locks.read("audited:1").owner(ALICE));
        LockHandle bobs = hold(locks.read("audited:1").owner(BOB));
        application.delete("locks", "resource", "audited:1", "reason", "over HTTP");
        hold(locks.write("audited:2").owner(CAROL));
        locks.monitor().forceRelease("audited:2", "night watch", "by the API");

        await().untilAsserted(
                        () -> assertThat(audited(before, "LOCK_FORCE_RELEASED")).hasSize(3));
        Answer answer = application.get("auditevents", "type", "LOCK_FORCE_RELEASED");
        assertThat(answer.maps("$.events[?(@.data.owner == 'bob')].data"))
                .last()
                .satisfies(data -> assertThat(data)
                        .containsEntry("resource", "audited:1")
                        .containsEntry("reason", "over HTTP")
                        .containsEntry("mode", "READ")
                        .containsEntry("fencingToken", (int) bobs.fencingToken())
                        .containsKey("heldMs"));
        assertThat(answer.texts("$.events[?(@.data.resource == 'audited:1')].principal"))
                .containsOnly("actuator");
        assertThat(answer.texts("$.events[?(@.data.resource == 'audited:2')].principal"))
                .containsOnly("night watch");
    }

    private List<AuditEvent> audited(Instant after, String type) {
        return application.context().getBean(AuditEventRepository.class).find(null, after, type);
    }

    // --- deadlocks -------------------------------------------------------------------------------------------------

    @Test
    void ofDeadlocksAndTheirLikeNoMoreAreShownThanAreAskedFor() {
        takeBothWays("north:1", "south:1");
        takeBothWays("east:1", "west:1");

        assertThat(application.get("deadlocks", "limit", "1").list("$.orderViolations"))
                .hasSize(1);
        assertThat(application.get("deadlocks").list("$.orderViolations")).hasSizeGreaterThan(1);
        assertBad(application.get("deadlocks", "limit", "0"), "ask for at least 1");
    }

    private void takeBothWays(String one, String other) {
        locks.write(one).run(() -> locks.write(other).run(() -> {}));
        locks.write(other).run(() -> locks.write(one).run(() -> {}));
    }

    @Test
    void aDeadlockIsShownWhileItStandsAndAfterwards() {
        hold(locks.write("door").owner(ALICE));
        LockHandle bobs = hold(locks.write("gate").owner(BOB));
        queue(locks.write("gate").owner(ALICE).metadata(LockRequest.METHOD, "Guard.openGate"));
        queue(locks.read("door").owner(BOB));

        Answer standing = application.get("deadlocks");

        assertThat(standing.map("$"))
                .containsOnlyKeys("deadlocks", "orderViolations", "longWaits", "longHolds", "incomplete");
        assertThat(standing.flag("$.deadlocks[0].standing")).isTrue();
        assertThat(standing.text("$.deadlocks[0].text")).startsWith("Deadlock ");
        assertThat(standing.map("$.deadlocks[0]")).containsEntry("victim", null);
        Map<String, Object> alice = standing.maps("$.deadlocks[0].participants[?(@.owner == 'alice')]")
                .get(0);
        assertThat(alice)
                .containsEntry("node", "orders-1")
                .containsEntry("method", "Guard.openGate")
                .containsEntry("waitsFor", "gate")
                .containsEntry("mode", "WRITE")
                .containsEntry("holds", Map.of("door", "WRITE"))
                .containsKeys("since", "blockedBy", "priority");
        assertThat(standing.list("$.deadlocks[0].participants")).hasSize(2);
        assertThat(application.get("health/locks").number("$.details.deadlocks"))
                .isEqualTo(1);
        assertThat(application.get("health/locks").text("$.status")).isEqualTo("UP");

        bobs.close();
        await().until(() -> locks.monitor().deadlocks().isEmpty());

        assertThat(application.get("deadlocks").flag("$.deadlocks[0].standing")).isFalse();
        held.add(waiting.get(0).join());
    }

    // --- statistics ------------------------------------------------------------------------------------------------

    @Test
    void statisticsAreToldByTypeAndByResource() {
        LockHandle handle = hold(locks.write("parcel:1").owner(ALICE));
        queue(locks.write("parcel:1").owner(BOB));
        locks.read("parcel:2").run(() -> {});
        locks.read("parcel:2").run(() -> {});
        handle.close();
        held.add(waiting.get(0).join());

        Answer answer = application.get("lockstats", "type", "parcel");

        assertThat(answer.map("$")).containsOnlyKeys("totalTypes", "types", "advice", "remembered", "resources");
        assertThat(answer.map("$.types[0]")).containsOnlyKeys("type", "backend", "read", "write");
        assertThat(answer.text("$.types[0].type")).isEqualTo("parcel");
        assertThat(answer.text("$.types[0].backend")).isEqualTo("memory");
        assertThat(answer.map("$.resources[0]")).containsOnlyKeys("resource", "type", "backend", "read", "write");
        assertThat(answer.text("$.resources[0].backend")).isEqualTo("memory");
        assertThat(answer.number("$.types[0].read.acquisitions")).isEqualTo(2);
        assertThat(answer.map("$.types[0].write"))
                .containsOnlyKeys(
                        "acquisitions",
                        "releases",
                        "timeouts",
                        "cancellations",
                        "victims",
                        "refusals",
                        "contentions",
                        "expirations",
                        "forcedReleases",
                        "losses",
                        "holders",
                        "waiters",
                        "waited",
                        "held")
                .containsEntry("acquisitions", 2)
                .containsEntry("releases", 1)
                .containsEntry("contentions", 1)
                .containsEntry("holders", 1);
        assertThat(answer.map("$.types[0].write.waited"))
                .containsOnlyKeys("count", "minMs", "meanMs", "maxMs", "p50Ms", "p95Ms", "p99Ms")
                .containsEntry("count", 2);
        assertThat(answer.number("$.remembered")).isEqualTo(2);
        assertThat(answer.texts("$.resources[*].resource"))
                .as("the most contended first")
                .containsExactly("parcel:1", "parcel:2");
        assertThat(application.get("lockstats", "type", "parcel", "limit", "1").texts("$.resources[*].resource"))
                .containsExactly("parcel:1");
        assertThat(application.get("lockstats", "resource", "parcel:2").number("$.read.releases"))
                .isEqualTo(2);
    }

    @Test
    void noMoreTypesAreShownThanAreAskedForTheBusiestOfThem() {
        for (int i = 0; i < 500; i++) {
            locks.write("letterbox:1").run(() -> {});
        }
        locks.write("stamp:1").run(() -> {});

        Answer answer = application.get("lockstats", "limit", "1");

        assertThat(answer.number("$.totalTypes")).isGreaterThan(1);
        assertThat(answer.list("$.types")).hasSize(1);
        assertThat(answer.texts("$.types[*].type")).doesNotContain("stamp");
        assertThat(answer.texts("$.advice[*].type")).containsOnly(answer.text("$.types[0].type"));
    }

    @Test
    void adviceComesWithTheStatisticsOfTypes() {
        for (int i = 0; i < 100; i++) {
            locks.write("advised:1").run(() -> {});
        }
        locks.read("advised:1").run(() -> {});

        Answer answer = application.get("lockstats", "type", "advised");

        assertThat(answer.texts("$.advice[*].mode")).containsExactly("READ", "WRITE");
        assertThat(answer.map("$.advice[0]"))
                .containsEntry("suggestedTimeoutMs", null)
                .containsEntry(
                        "reason",
                        "A timeout is suggested after 100 requests, and there were only 1."
                                + " A lease is suggested after 100 holds, and there were only 1.");
        assertThat(answer.map("$.advice[1]"))
                .containsOnlyKeys(
                        "type",
                        "backend",
                        "mode",
                        "timeoutMs",
                        "adaptive",
                        "suggestedTimeoutMs",
                        "leaseMs",
                        "suggestedLeaseMs",
                        "reason")
                .containsEntry("type", "advised")
                .containsEntry("backend", "memory")
                .containsEntry("timeoutMs", 30000.0)
                .containsEntry("adaptive", false)
                .containsEntry("leaseMs", null);
        assertThat((Double) answer.map("$.advice[1]").get("suggestedTimeoutMs")).isGreaterThanOrEqualTo(100.0);
        assertThat((Double) answer.map("$.advice[1]").get("suggestedLeaseMs")).isGreaterThanOrEqualTo(100.0);
        assertThat(answer.text("$.advice[1].reason")).contains("99 of 100 requests waited at most");
        assertThat(application.get("lockstats").texts("$.advice[*].type")).contains("advised");
    }

    @Test
    void statisticsOfWhatWasNeverLockedAreNotFound() {
        Answer answer = application.get("lockstats", "resource", "parcel:none");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text("$.message")).isEqualTo("there are no statistics of 'parcel:none'");
        assertThat(application.delete("lockstats", "resource", "parcel:none").status())
                .isEqualTo(404);
    }

    @Test
    void statisticsBeginAnewForOneResourceOrForAll() {
        Instant before = Instant.now();
        locks.write("letter:1").run(() -> {});
        locks.write("letter:2").run(() -> {});

        assertThat(application.delete("lockstats", "resource", "letter:1").map("$"))
                .containsEntry("resource", "letter:1")
                .containsEntry("who", "actuator");
        assertThat(writesOf("letter:1")).isZero();
        assertThat(writesOf("letter:2")).isEqualTo(1);

        assertThat(application.delete("lockstats").status()).isEqualTo(200);
        assertThat(writesOf("letter:2")).isZero();
        assertThat(audited(before, "LOCK_STATISTICS_RESET"))
                .extracting(AuditEvent::getData)
                .containsExactly(Map.of("resource", "letter:1"), Map.of());
    }

    private int writesOf(String resource) {
        return application.get("lockstats", "resource", resource).number("$.write.acquisitions");
    }

    // --- events ----------------------------------------------------------------------------------------------------

    @Test
    void eventsAreToldTheNewestFirst() {
        LockHandle handle = hold(locks.write("train:1").owner(ALICE));
        queue(locks.read("train:1").owner(BOB));
        application.delete("locks", "resource", "train:1", "reason", "derailed");
        held.add(waiting.get(0).join());

        Answer answer = application.get("lockevents", "resource", "train:1");

        assertThat(answer.texts("$.events[*].kind")).contains("FORCE_RELEASED", "CONTENDED");
        assertThat(answer.texts("$.events[*].kind"))
                .filteredOn(kind -> !kind.equals("ACQUIRED"))
                .containsExactly("FORCE_RELEASED", "CONTENDED");
        Map<String, Object> taken = application
                .get("lockevents", "type", "train", "kind", "force-released", "limit", "1")
                .map("$.events[0]");
        assertThat(taken)
                .containsOnlyKeys(
                        "kind", "at", "resource", "type", "mode", "owner", "fencingToken", "heldMs", "who", "why")
                .containsEntry("resource", "train:1")
                .containsEntry("type", "train")
                .containsEntry("mode", "WRITE")
                .containsEntry("owner", "alice")
                .containsEntry("fencingToken", (int) handle.fencingToken())
                .containsEntry("who", "actuator")
                .containsEntry("why", "derailed");
        assertThat(Instant.parse((String) taken.get("at"))).isAfterOrEqualTo(handle.acquiredAt());
    }

    // --- health ----------------------------------------------------------------------------------------------------

    @Test
    void healthTellsWhereTheLocksAreAndHowMany() {
        hold(locks.write("account:1").owner(ALICE));
        queue(locks.write("account:1").owner(BOB));

        Answer answer = application.get("health/locks");

        assertThat(answer.text("$.status")).isEqualTo("UP");
        assertThat(answer.map("$.details"))
                .containsEntry("node", "orders-1")
                .containsEntry("backend", "memory")
                .containsEntry("distributedBackend", "memory")
                .containsEntry("held", 1)
                .containsEntry("waiting", 1)
                .containsEntry("deadlocks", 0)
                .containsEntry("longWaits", 0)
                .containsEntry("longHolds", 0);
    }
}
