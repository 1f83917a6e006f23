package dev.interlock.spring.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spring.actuate.RunningApplication;
import dev.interlock.store.file.FileLockStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;

/** The page of one node in a real browser, while another node shares its locks. Skipped where there is no browser. */
@Tag("once")
@Timeout(120)
class DashboardNodesTest {

    @TempDir
    private Path directory;

    private RunningApplication application;
    private Browser browser;
    private InterlockManager other;
    private Scene here;
    private Scene there;

    @BeforeEach
    void start() {
        assumeTrue(Browser.installed().isPresent(), "there is no browser here");
        browser = Browser.start();
        browser.size(1280, 900);
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
            there.close();
            here.close();
            other.close();
            application.close();
        }
    }

    private void nodesThat(DeadlockPolicy policy) {
        application = RunningApplication.start(
                WebApplicationType.SERVLET,
                DashboardOverHttp.Application.class,
                RunningApplication.PLAIN,
                "management.endpoint.locks.access=unrestricted",
                "interlock.node=orders-1",
                "interlock.backend=file",
                "interlock.file.directory=" + directory,
                "interlock.lease.duration=6s",
                "interlock.deadlock.policy=" + policy,
                "interlock.deadlock.publish-after=100ms");
        other = InterlockManager.builder()
                .node("orders-2")
                .deadlocks(policy)
                .store(FileLockStore.in(directory))
                .stores(stores -> stores.timeToLive(Duration.ofSeconds(6)).publishAfter(Duration.ofMillis(100)))
                .build();
        here = new Scene(application.locks());
        there = new Scene(other);
    }

    private void open(String section) {
        browser.open(
                "http://127.0.0.1:" + application.context().getEnvironment().getProperty("local.server.port")
                        + "/actuator/locks" + section);
        browser.until("document.querySelector('#view > *')");
    }

    /** Each node holds what the other one waits for. */
    private void deadlock() {
        here.hold(here.write("order:1", "checkout-7", "Orders.cancel"));
        there.hold(there.write("stock:7", "warehouse-2", "Warehouse.reserve"));
        here.queue(here.write("stock:7", "checkout-7", "Orders.cancel"));
        there.queue(there.write("order:1", "warehouse-2", "Warehouse.reserve"));
    }

    @Test
    void whoeverHoldsAndWaitsOnAnotherNodeIsSeenAndADeadlockAcrossThemIsRed() {
        nodesThat(DeadlockPolicy.REPORT);
        LockHandle held = there.hold(there.write("account:42", "alice", "AccountService.close"));
        there.queue(there.write("account:42", "bob", "AccountService.close"));
        open("#locks");
        browser.click(".opens");
        browser.until("document.querySelector('tr.detail')?.innerText.includes('bob')");
        assertThat(browser.text("tr.detail")).contains("alice", "orders-2");
        assertThat(browser.text("#node")).contains("orders-2");

        browser.until("document.querySelector('tr.detail')?.innerText.includes('Holders (1)')");
        browser.click("tr.detail button.danger");
        browser.until("document.querySelector('dialog[open] #reason')");
        assertThat(browser.text("dialog")).contains("alice on orders-2");
        browser.click("#reason");
        browser.type("hung");
        browser.click("#sure");
        browser.click("dialog button.solid");
        await().until(() -> !held.isHeld());

        deadlock();
        browser.see("location.hash = 'graph'");
        browser.until("document.querySelectorAll('.vertex.circle').length === 4");
        assertThat(browser.is("document.querySelector('.vertex.suspect')")).isFalse();
        browser.see("location.hash = 'stories'");
        browser.until("document.querySelector('.story.bad')");
        assertThat(browser.text(".story.bad")).contains("checkout-7 orders-1", "warehouse-2 orders-2");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatNobodyHasFoundToBeADeadlockOnlyLooksLikeACircle() {
        nodesThat(DeadlockPolicy.OFF);
        deadlock();
        open("#graph");

        browser.until("document.querySelectorAll('.vertex.suspect').length === 4");
        assertThat(browser.is("document.querySelector('.vertex.circle')")).isFalse();
        assertThat(browser.text(".legend")).contains("looks like a circle");
        browser.click(".words summary");
        assertThat(browser.text(".words")).contains("in what looks like a circle");
    }
}
