package dev.interlock.spring.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.optimistic.OperationKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The page in a real browser, in front of an application in which one has to sign in. Skipped where there is no browser. */
@Tag("once")
@Timeout(120)
class DashboardPageTest extends InBrowser {

    private static final String PICTURES = "interlock.pictures";

    @Test
    void atAGlanceItIsSeenWhoHoldsAndWhoWaits() {
        scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        scene.queue(scene.read("account:42", "bob", "AccountService.balance"));

        open("");

        assertThat(browser.text("[data-figure=held]")).isEqualTo("1");
        assertThat(browser.text("[data-figure=waiting]")).isEqualTo("1");
        assertThat(browser.text("section[aria-labelledby=slowest]")).contains("bob for account:42", "held by alice");
        browser.until("document.querySelector('[data-figure=contentions]').textContent !== '–'");
        assertThat(browser.text("#where")).contains("orders-1", "memory");
        assertThat(browser.text("#connection")).isEqualTo("live");
        assertNoComplaint();
    }

    @Test
    void thePageFollowsWhatHappens() {
        open("");
        assertThat(browser.text("[data-figure=held]")).isEqualTo("0");

        LockHandle held = scene.hold(scene.write("account:1", "alice", "Bank.pay"));
        browser.until("document.querySelector('[data-figure=held]').textContent === '1'");
        held.close();
        browser.until("document.querySelector('[data-figure=held]').textContent === '0'");
    }

    @Test
    void namesThatLookLikeMarkupAreText() {
        String evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        scene.hold(scene.write("door:" + evil, "owner " + evil, "method " + evil)
                .reason("reason " + evil)
                .metadata("key " + evil, "value " + evil));
        scene.queue(scene.write("door:" + evil, "waiter " + evil, "method " + evil));

        open("#locks");
        browser.click(".opens");
        browser.until("document.querySelector('tr.detail .history li')");
        assertThat(browser.text("tr.detail"))
                .contains("owner " + evil, "waiter " + evil, "method " + evil, "reason " + evil, "value " + evil);
        for (String section : new String[] {"glance", "graph", "stories", "statistics"}) {
            browser.see("location.hash = '" + section + "'");
            browser.until("document.querySelector('#sections a[aria-current]').hash === '#" + section + "'");
            browser.until("document.querySelector('#view').textContent.includes('onerror')"
                    + (section.equals("stories") || section.equals("statistics") ? " || true" : ""));
        }

        assertThat(browser.is("document.querySelector('main img, main script')"))
                .isFalse();
        assertThat(browser.see("document.title")).isEqualTo("Locks · orders-1");
        assertNoComplaint();
    }

    @Test
    void operationsAreShownWithTheirPartsAndTheirNamesAsText() {
        String evil = "page:<img src=x onerror=\"document.title='owned'\">";
        open("#operations");
        locks().optimistic().on("document:7").id("rename-7").attempt(document -> {
            locks().optimistic().on(evil).id("render-1").kind(OperationKind.LOW).attempt(page -> {
                browser.until("document.querySelector('.operation .operation')");
                assertThat(browser.text("main")).contains("Under way: 2");
                assertThat(browser.text(".operation"))
                        .contains("rename-7 on document:7 running", "NORMAL, priority 5 · 0 of 5 retries");
                assertThat(browser.text(".operation .operation"))
                        .contains("render-1 on " + evil + " running", "LOW, priority 5 · 0 of 3 retries");
                return null;
            });
            return null;
        });

        browser.until("document.querySelector('#view').textContent.includes('Nothing is under way')");
        assertThat(browser.text(".operation")).contains("succeeded", "took");
        assertThat(browser.text("[data-total=succeeded]")).isEqualTo("2");
        assertThat(browser.is("document.querySelector('main img')")).isFalse();
        assertThat(browser.see("document.title")).isEqualTo("Locks · orders-1");
        assertNoComplaint();
    }

    @Test
    void aLockIsReleasedByForceWithAReasonAndOnlyOnceThatIsConfirmed() {
        LockHandle held = scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("#locks");
        browser.click(".opens");
        browser.click("tr.detail button.danger");
        browser.until("document.querySelector('dialog[open] #reason')");
        assertThat(browser.text("dialog")).contains("account:42", "alice on orders-1");
        String release = "document.querySelector('dialog button.solid')";
        assertThat(browser.is(release + ".disabled")).isTrue();

        browser.click("#reason");
        browser.type("hung <b>since</b> noon");
        assertThat(browser.is(release + ".disabled")).isTrue();
        assertThat(held.isHeld()).isTrue();
        browser.click("#sure");
        assertThat(browser.is(release + ".disabled")).isFalse();
        browser.click("dialog button.solid");

        await().until(() -> !held.isHeld());
        browser.until("!document.querySelector('dialog[open]')");
        browser.until("document.querySelector('#view').textContent.includes('Nobody holds a lock')");
        assertThat(browser.text("#announcer")).contains("account:42 was taken from 1 holder");
        assertThat(locks().monitor().history().toString()).contains("olivia", "hung <b>since</b> noon");
        assertNoComplaint();
    }

    private static void askToRelease() {
        browser.click("tr.detail button.danger");
        browser.until("document.querySelector('dialog[open] #reason')");
    }

    private static void confirm() {
        browser.click("#reason");
        browser.type("hung");
        browser.click("#sure");
        browser.click("dialog button.solid");
    }

    @Test
    void aReleaseTakesTheLockFromNobodyWhoCameWhileTheReasonWasTyped() {
        LockHandle seen = scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("?resource=account:42#locks");
        askToRelease();
        seen.close();
        LockHandle next = scene.hold(scene.write("account:42", "bob", "AccountService.close"));
        confirm();

        browser.until("document.querySelector('dialog .result').textContent.includes('others hold it now')");
        assertThat(browser.text("dialog .result")).contains("'bob' on orders-1 with token " + next.fencingToken());
        assertThat(next.isHeld()).isTrue();
        browser.press("Escape", 27);
    }

    @Test
    void whereNobodyHoldsALockAnyMoreThereIsNothingToRelease() {
        LockHandle seen = scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("?resource=account:42#locks");
        browser.click("#pause");
        seen.close();
        browser.click("tr.detail button.danger");

        browser.until("document.querySelector('dialog').innerText.includes('Nobody holds it any more')");
        assertThat(browser.is("document.querySelector('dialog button.solid')")).isFalse();
        browser.press("Escape", 27);
    }

    @Test
    void whereItIsNotKnownWhoHoldsALockTheDialogSaysWhy() {
        scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("?resource=account:42#locks");
        browser.answering("(url, options) => { if (url.includes('?resource=')) throw new TypeError('no way'); }");
        askToRelease();

        assertThat(browser.text("dialog"))
                .contains("It is not known who holds it", "the server cannot be reached")
                .doesNotContain("Nobody");
        browser.press("Escape", 27);
    }

    @Test
    void aReleaseThatWasDoneInPartIsNotSaidToHaveFailed() {
        scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("?resource=account:42#locks");
        browser.answering("(url, options) => options.method === 'DELETE' ? new Response("
                + "JSON.stringify({status: 503, message: 'the store is silent', released: [{}]}),"
                + " {status: 503, headers: {'Content-Type': 'application/json'}}) : null");
        askToRelease();
        confirm();

        browser.until("document.querySelector('dialog .result').textContent !== ''");
        assertThat(browser.text("dialog .result"))
                .isEqualTo("Released in part, from 1 holder of this node: the store is silent");
        browser.press("Escape", 27);
    }

    @Test
    void anAnswerThatComesLateLeavesALaterDialogAlone() {
        scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        scene.hold(scene.write("account:43", "bob", "AccountService.close"));
        open("#locks");
        browser.answering("(url, options) => url.includes('resource=account%3A42&people') && !window.goOn"
                + " ? new Promise(done => window.goOn = () => done(null)) : null");
        browser.see("[...document.querySelectorAll('.opens')].forEach(each => each.click())");
        browser.click("[data-key=\"detail process account:42\"] button.danger");
        browser.until("window.goOn && document.querySelector('dialog[open]')");
        browser.press("Escape", 27);
        browser.until("!document.querySelector('dialog[open]')");
        browser.click("[data-key=\"detail process account:43\"] button.danger");
        browser.until("document.querySelector('dialog[open] #reason')");
        browser.see("goOn()");
        browser.see("fetch(location.pathname).then(answer => answer.status)");

        assertThat(browser.text("dialog h2")).isEqualTo("Release account:43 by force");
        browser.press("Escape", 27);
        browser.until("!document.querySelector('dialog[open]')");
        assertThat(browser.is("document.activeElement.matches('tr.detail button.danger')"))
                .isTrue();
        assertNoComplaint();
    }

    @Test
    void aReleaseThatEndsLateLeavesALaterDialogAlone() {
        scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        LockHandle other = scene.hold(scene.write("account:43", "bob", "AccountService.close"));
        open("#locks");
        browser.answering(
                "(url, options) => options.method === 'DELETE' ? new Promise(done => window.goOn = () =>"
                        + " done(new Response(JSON.stringify({released: []}), {headers: {'Content-Type': 'application/json'}}))) : null");
        browser.see("[...document.querySelectorAll('.opens')].forEach(each => each.click())");
        askToRelease();
        confirm();
        browser.until("window.goOn");
        browser.press("Escape", 27);
        browser.until("!document.querySelector('dialog[open]')");
        browser.see("[...document.querySelectorAll('tr.detail button.danger')].at(-1).click()");
        browser.until("document.querySelector('dialog[open] #reason')");
        browser.see("goOn()");
        browser.until("document.querySelector('#announcer').textContent.includes('account:4')");

        assertThat(browser.is("document.querySelector('dialog[open] #reason')")).isTrue();
        assertThat(other.isHeld()).isTrue();
        browser.press("Escape", 27);
    }

    /** Two of them are not the same. */
    private record Twin(int which) implements LockOwner {
        @Override
        public String name() {
            return "worker";
        }
    }

    @Test
    void ownersOfOneNameMakeNoCircle() {
        Twin one = new Twin(1);
        Twin two = new Twin(2);
        scene.hold(scene.write("order:1", "worker", "Orders.pay").owner(one));
        scene.hold(scene.write("stock:7", "worker", "Orders.pay").owner(two));
        scene.queue(scene.write("stock:7", "worker", "Orders.pay").owner(one));
        scene.queue(scene.write("order:1", "worker", "Orders.pay").owner(new Twin(3)));
        open("#graph");

        browser.until("document.querySelectorAll('.vertex.owner').length === 3");
        assertThat(browser.is("document.querySelector('.vertex.circle, .vertex.suspect')"))
                .isFalse();
    }

    @Test
    void aReleaseThatIsNotConfirmedTakesNothing() {
        LockHandle held = scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("?resource=account:42#locks");
        browser.click("tr.detail button.danger");
        browser.until("document.querySelector('dialog[open]')");

        browser.press("Escape", 27);

        browser.until("!document.querySelector('dialog[open]')");
        browser.until("document.activeElement.matches('tr.detail button.danger')");
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void aDeadlockIsRedWhileItStandsAndToldWithTheOrderToTake() {
        open("#graph");
        scene.deadlock();

        browser.until("document.querySelectorAll('.vertex.circle').length === 4");
        assertThat(browser.see("document.querySelectorAll('.edge.circle').length"))
                .isEqualTo("4");
        assertThat(browser.see("getComputedStyle(document.querySelector('.edge.circle')).stroke"))
                .isEqualTo("rgb(192, 38, 45)");
        browser.until("document.querySelector('#sections .badge.bad')");
        assertThat(browser.see("document.title")).isEqualTo("(1 deadlock) Locks · orders-1");
        assertThat(browser.text("#announcer")).isEqualTo("1 deadlock stands");

        browser.click("#sections a[href=\"#stories\"]");
        browser.until("document.querySelector('.story.bad')");
        assertThat(browser.text(".story.bad"))
                .contains("checkout-7", "Orders.cancel", "holds order:1", "and waits for stock:7")
                .contains("Take them in this order everywhere: order:1 → stock:7");

        scene.close();
        browser.until("!document.querySelector('#sections .badge.bad')");
        assertNoComplaint();
    }

    @Test
    void locksAreSearchedSortedAndTurnedOverPageByPage() {
        for (int i = 0; i < 120; i++) {
            scene.hold(scene.write("shelf:" + i, "robot-" + i % 7, "Shelf.count"));
        }
        scene.hold(scene.write("order:1", "alice", "Orders.pay"));
        scene.queue(scene.write("order:1", "bob", "Orders.pay"));
        open("#locks");
        assertThat(browser.text("#found")).isEqualTo("121 locks");
        assertThat(browser.text("tbody tr:first-child code")).isEqualTo("order:1");
        assertThat(browser.see("document.querySelectorAll('tbody tr').length")).isEqualTo("50");

        browser.click("thead th:first-child button");
        browser.click("thead th:first-child button");
        browser.until("document.querySelector('tbody code').textContent === 'shelf:119'");
        browser.click(".pager button:last-child");
        browser.until("document.querySelector('tbody code').textContent === 'shelf:69'");
        browser.click("#text");
        browser.type("ROBOT-3");
        browser.until("document.querySelector('#found').textContent.startsWith('17 locks')");
        assertThat(browser.see("document.activeElement.id")).isEqualTo("text");
        browser.see("document.querySelector('#text').value = ''");
        browser.type("b");
        browser.see("document.querySelector('#state').value = 'contended';"
                + "document.querySelector('#state').dispatchEvent(new Event('change', {bubbles: true}))");
        browser.until("document.querySelectorAll('tbody tr').length === 1");
        assertThat(browser.text("tbody tr")).contains("order:1");
    }

    @Test
    void theServerSearchesWhereThereAreMoreLocksThanThePageHas() {
        for (int i = 0; i < 1100; i++) {
            scene.hold(scene.write("shelf:" + i, "robot-" + i % 50, "Shelf.count"));
        }
        open("#locks");
        browser.until("document.querySelector('#found').textContent.includes('of 1,100')");

        browser.click("#text");
        browser.type("shelf:1099");
        browser.until("document.querySelector('#found').textContent.startsWith('1 lock,')");
        assertThat(browser.text("tbody code")).isEqualTo("shelf:1099");
    }

    @Test
    void everythingCanBeReachedWithTheKeyboardAndARefreshTakesNoFocusAway() {
        scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("");
        browser.press("Tab", 9);
        assertThat(browser.see("document.activeElement.className")).isEqualTo("skip");
        browser.press("Tab", 9);
        assertThat(browser.see("document.activeElement.id")).isEqualTo("pause");
        browser.press("Tab", 9);
        browser.press("Tab", 9);
        assertThat(browser.see("document.activeElement.hash")).isEqualTo("#locks");
        browser.press("Enter", 13);
        browser.until("document.querySelector('.opens')");
        while (!browser.is("document.activeElement.matches('.opens')")) {
            browser.press("Tab", 9);
        }

        browser.press("Enter", 13);

        browser.until("document.querySelector('tr.detail') && document.activeElement.ariaExpanded === 'true'");
        scene.hold(scene.write("account:43", "bob", "AccountService.close"));
        scene.queue(scene.write("account:43", "carol", "AccountService.close"));
        browser.until("document.querySelectorAll('.opens').length === 2");
        assertThat(browser.see("document.activeElement.textContent")).isEqualTo("›account:42");
    }

    @Test
    void everyFieldButtonAndLandmarkHasAName() {
        scene.shop();
        for (String section : new String[] {"glance", "locks", "graph", "stories", "statistics"}) {
            open("#" + section);
            assertThat(browser.see(
                            "[...document.querySelectorAll('button, a, input, select, svg[role=img], nav, section')]"
                                    + ".filter(e => !(e.innerText || '').trim() && !e.ariaLabel && !e.getAttribute('aria-labelledby')"
                                    + " && !(e.labels && e.labels.length)).map(e => e.outerHTML).join()"))
                    .isEqualTo("");
            assertThat(browser.see("document.querySelectorAll('main h1').length"))
                    .isEqualTo("1");
        }
    }

    @Test
    void inTheDarkThePageIsDarkAndReadable() {
        open("");
        assertThat(contrast()).isGreaterThan(7);
        browser.colours("dark");
        assertThat(browser.see("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(14, 17, 23)");
        assertThat(contrast()).isGreaterThan(7);
    }

    /** Between text and ground, as WCAG has it. */
    private static double contrast() {
        return Double.parseDouble(browser.see("(() => { const l = c => { const v = c.match(/\\d+/g).map(x => x / 255)"
                + ".map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);"
                + "return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };"
                + "const s = getComputedStyle(document.body), a = l(s.color), b = l(s.backgroundColor);"
                + "return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); })()"));
    }

    @Test
    void onANarrowScreenNothingSticksOut() {
        scene.shop();
        scene.deadlock();
        browser.size(360, 740);
        for (String section : new String[] {"glance", "locks", "graph", "stories", "statistics"}) {
            open("#" + section);
            assertThat(browser.see("document.documentElement.scrollWidth"))
                    .as(section)
                    .isEqualTo("360");
        }
    }

    @Test
    void withoutAConnectionThePageSaysSoAndRecoversByItself() {
        scene.hold(scene.write("account:42", "alice", "AccountService.close"));
        open("#locks");
        browser.offline(true);
        try {
            browser.until("document.querySelector('#connection').dataset.state === 'offline'");
            browser.until("document.querySelector('.notice.bad')");
            assertThat(browser.text("#notices")).contains("Not up to date", "the server cannot be reached");
            assertThat(browser.text("tbody code")).isEqualTo("account:42");
        } finally {
            browser.offline(false);
        }
        browser.until("document.querySelector('#connection').dataset.state === 'live'");
        browser.until("!document.querySelector('.notice.bad')");
    }

    @Test
    @EnabledIfSystemProperty(named = PICTURES, matches = ".+", disabledReason = "pictures are made with -D" + PICTURES)
    void picturesForTheDocumentation() {
        Path directory = Path.of(System.getProperty(PICTURES));
        scene.shop();
        scene.deadlock();
        browser.size(1280, 860);
        browser.colours("dark");
        open("#locks");
        browser.click(".opens");
        browser.until("document.querySelector('tr.detail .history')");
        browser.see("scrollTo(0, 0)");
        browser.picture(directory.resolve("dashboard-locks.png"));

        browser.colours("light");
        browser.size(1280, 800);
        open("");
        while (!browser.is("document.querySelector('.tile.bad .line')?.getAttribute('d').split('L').length > 12")) {
            scene.traffic();
        }
        browser.picture(directory.resolve("dashboard.png"));

        browser.size(1280, 640);
        browser.see("location.hash = 'graph'");
        browser.until("document.querySelector('.vertex.circle')");
        browser.picture(directory.resolve("dashboard-graph.png"));

        browser.size(1280, 760);
        browser.see("location.hash = 'stories'");
        browser.until("document.querySelector('.story.bad')");
        browser.picture(directory.resolve("dashboard-deadlock.png"));
    }
}
