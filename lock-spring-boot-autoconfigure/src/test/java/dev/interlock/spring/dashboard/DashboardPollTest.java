package dev.interlock.spring.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page asks, how often, and what it makes of the answers. */
@Tag("once")
@Timeout(120)
class DashboardPollTest extends InBrowser {

    private static final String REFRESH = "document.dispatchEvent(new Event('interlock-refresh'))";
    private static final String NEVER = "new Promise(() => {})";

    /** Keeps the addresses that the page asks for, and answers those that have this in them. */
    private static void answering(String part, String answer) {
        browser.see("window.asked = []");
        browser.answering(
                "(url, options) => { asked.push(url); return url.includes('" + part + "') ? " + answer + " : null; }");
    }

    private static int asked(String part) {
        return Integer.parseInt(browser.see("asked.filter(each => each.includes('" + part + "')).length"));
    }

    private static void pause() {
        browser.click("#pause");
        browser.until("document.querySelector('#connection').dataset.state === 'paused'");
    }

    @Test
    void moreLocksThanAreUsuallyAskedForTakeOneQuestionAndTilesCountThemAll() {
        for (int i = 0; i < 300; i++) {
            scene.hold(scene.write("shelf:" + i, "robot-" + i, "Shelf.count"));
        }
        open("#locks");
        assertThat(browser.text("#found")).isEqualTo("300 locks");
        answering("nothing", "null");
        browser.see(REFRESH);
        browser.until("asked.length > 0");
        browser.see(REFRESH);
        browser.until("asked.filter(each => each.includes('limit=1000')).length > 1");
        assertThat(asked("limit=200")).isZero();

        browser.see("location.hash = 'glance'");
        browser.until("document.querySelector('[data-figure=held]')?.textContent === '300'");
        browser.until("asked.some(each => each.includes('limit=200'))");
        browser.until("document.querySelector('[data-figure=held]').textContent === '300'");
        assertThat(asked("lockstats")).isZero();
    }

    @Test
    void whereMoreAreContendedThanAreShownThePageSaysSoAndTheGraphAsksForThem() {
        for (int i = 0; i < 200; i++) {
            scene.hold(scene.write("shelf:" + i, "robot-" + i, "Shelf.count"));
            scene.queue(scene.write("shelf:" + i, "one-" + i, "Shelf.count"));
            scene.queue(scene.write("shelf:" + i, "two-" + i, "Shelf.count"));
        }
        scene.deadlock();
        open("");
        assertThat(browser.text("section[aria-labelledby=slowest]"))
                .contains("Of the 200 locks with the longest queues");
        assertThat(browser.text("[data-figure=waiting]")).isEqualTo("402");

        browser.see("location.hash = 'graph'");
        browser.until("document.querySelectorAll('.vertex.circle').length === 4");
    }

    @Test
    void ofACrowdTheRestIsCounted() {
        scene.hold(scene.write("door", "alice", "Door.open"));
        for (int i = 0; i < 130; i++) {
            scene.queue(scene.write("door", "bob-" + i, "Door.open"));
        }
        open("#locks");
        assertThat(browser.text("tbody .queue")).isEqualTo("130");
        browser.click(".opens");
        browser.until("document.querySelector('tr.detail')");
        assertThat(browser.text("tr.detail")).contains("Queue (130)", "and 80 more");
        assertThat(browser.see("import(location.pathname + '/known.js').then(known =>"
                        + " known.most(Array(500000).fill(7), each => each))"))
                .isEqualTo("7");
    }

    @Test
    void whatIsLeftOfALeaseDoesNotGoByTheClockOfTheBrowser() {
        scene.hold(scene.write("door", "alice", "Door.open").lease(Duration.ofMinutes(10)));
        open("#locks");
        browser.see("(() => { const real = Date.now; Date.now = () => real() + 3600000; })()");
        answering("nothing", "null");
        browser.see(REFRESH);
        browser.see(REFRESH);
        browser.until("asked.filter(each => each.includes('/locks?')).length > 1");

        assertThat(browser.text("tbody td:nth-child(5)")).startsWith("9 min");
    }

    @Test
    void healthThatIsNotShownOfTheLocksAloneIsAskedForOnce() {
        open("");
        answering("/health/locks", "new Response('{}', {status: 404, headers: {'Content-Type': 'application/json'}})");
        for (int of = 1; of <= 2; of++) {
            browser.until(REFRESH + " && asked.filter(each => each.endsWith('/health')).length >= " + of);
        }

        assertThat(asked("/health/locks")).isEqualTo(1);
        assertThat(browser.text("section[aria-labelledby=places]")).contains("Health of the application");
    }

    @Test
    void historyIsAskedForOnceAtATimeAndNotWhileThePagePauses() {
        scene.hold(scene.write("door", "alice", "Door.open"));
        open("#locks");
        pause();
        answering("lockevents", NEVER);
        browser.click(".opens");
        browser.until("document.querySelector('tr.detail')");
        browser.see("(() => { const real = Date.now; Date.now = () => real() + 60000; })()");
        browser.click("#text");
        browser.type("d");
        browser.until("document.querySelector('tr.detail')");
        assertThat(asked("lockevents")).isEqualTo(1);
    }

    @Test
    void whatIsNoMoreCannotBeChosen() {
        LockHandle held = scene.hold(scene.write("passing", "alice", "Door.open"));
        scene.hold(scene.write("staying", "alice", "Door.open"));
        open("#locks");
        assertThat(browser.text("#type")).contains("passing", "staying");
        held.close();
        browser.until("!document.querySelector('#type').innerText.includes('passing')");
        assertThat(browser.text("#type")).contains("staying");
    }

    @Test
    void whatWasFoundForAnotherSearchIsNotShown() {
        for (int i = 0; i < 1001; i++) {
            scene.hold(scene.write("shelf:" + i, "robot-" + i % 50, "Shelf.count"));
        }
        open("#locks");
        browser.click("#text");
        browser.type("robot-7");
        browser.until("document.querySelector('#found').textContent.startsWith('20 locks')");

        answering("text=robot-77", NEVER);
        browser.type("7");
        browser.until("document.querySelector('#found').textContent === 'Searching 1,001 locks'");
        browser.until("asked.some(each => each.includes('text=robot-77'))");
        assertThat(browser.text("main")).doesNotContain("No lock is like that");
    }

    @Test
    void whatIsWantedDuringARoundIsAskedAfterIt() {
        open("#locks");
        pause();
        answering("/locks?", "asked.length === 1 ? new Promise(done => window.goOn = () => done(null)) : null");
        browser.see(REFRESH);
        browser.until("window.goOn");
        browser.see(REFRESH);
        assertThat(asked("/locks?")).isEqualTo(1);
        browser.see("goOn()");
        browser.until("asked.filter(each => each.includes('/locks?')).length === 2");
    }

    @Test
    void everyQuestionSaysThatAScriptAsksSoThatNoPasswordIsAskedFor() {
        open("");
        browser.see("window.headers = []");
        browser.answering("(url, options) => { headers.push(options.headers?.['X-Requested-With']); }");
        browser.until(REFRESH + " && headers.length > 2");

        assertThat(browser.see("[...new Set(headers)].join()")).isEqualTo("XMLHttpRequest");
    }

    @Test
    void whatHasTheFocusKeepsItWhateverComesBesideIt() {
        open("");
        String shown = browser.see("import(location.pathname + '/dom.js').then(({ h, show }) => {"
                + " const root = document.getElementById('notices');"
                + " const field = h('input', { id: 'field' });"
                + " show(root, h('p', {}, 'one'), field);"
                + " field.focus(); field.value = 'typed';"
                + " const seen = [];"
                + " const look = (...nodes) => { show(root, nodes); seen.push(document.activeElement === field && field.isConnected); };"
                + " look(h('p', { 'data-key': 'a' }, 'keyed'), h('p', {}, 'one'), h('input', { id: 'field' }));"
                + " look(h('input', { id: 'field' }), h('p', { 'data-key': 'a' }, 'keyed'));"
                + " look(h('h2', {}, 'two'), h('input', { id: 'field' }));"
                + " return seen.join() + field.value; })");
        assertThat(shown).isEqualTo("true,true,truetyped");
    }
}
