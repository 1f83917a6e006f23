package dev.interlock.store.file;

import static dev.interlock.store.file.Steps.LONG;
import static dev.interlock.store.file.Steps.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.Change;
import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that meet in a directory, and what becomes of their locks when they are killed, stopped or cut off. */
@Tag("once")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals to send")
class FileProcessesTest {

    private static final String KEY = "account:42";

    @TempDir
    Path temporary;

    private final List<ChildProcess> children = new ArrayList<>();
    private Path directory;
    private FileLockStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("locks");
        store = FileLockStore.in(directory);
    }

    @AfterEach
    void close() {
        children.forEach(ChildProcess::close);
        store.close();
    }

    private ChildProcess child() throws IOException {
        return kept(ChildProcess.start(directory));
    }

    private ChildProcess kept(ChildProcess child) {
        children.add(child);
        return child;
    }

    private String begin() {
        return store.beginSession("parent", LONG, PATIENCE).id();
    }

    private static String holding(ChildProcess child) throws IOException, InterruptedException {
        String session = child.ask("begin PT1H");
        assertThat(child.ask("take " + KEY)).isEqualTo("true");
        return session;
    }

    @Test
    void whatOneProcessHoldsNoOtherCanTake() throws Exception {
        ChildProcess child = child();
        String held = holding(child);
        String session = begin();

        assertThat(Steps.take(store, KEY, session)).isFalse();
        assertThat(held).startsWith("pid" + child.pid() + "-");

        child.ask("free " + KEY);
        assertThat(Steps.take(store, KEY, session)).isTrue();
        assertThat(child.ask("take " + KEY)).isEqualTo("false");
    }

    @Test
    void whatAKilledProcessHeldIsFreeAtOnce() throws Exception {
        ChildProcess child = child();
        String held = holding(child);
        store.tell(held, "word", PATIENCE);

        child.kill();

        assertThat(Steps.take(store, KEY, begin())).isTrue();
        assertThat(store.sessions(PATIENCE)).extracting("node").containsExactly("parent");
        assertThat(directory.resolve("sessions").resolve(held)).doesNotExist();
        store.sweep(LONG, PATIENCE);
        assertThat(directory.resolve("notices")).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there one can see that nobody has taken note of the death")
    void aDeadProcessThatNobodyBuriesIsDeadAllTheSame() throws Exception {
        ChildProcess parent = kept(ChildProcess.startAfter("exec 3<&0; \"$@\" <&3 & exec sleep 600", directory));
        String held = holding(parent);
        long pid = Long.parseLong(held.substring(3, held.indexOf('-')));
        assertThat(pid).isNotEqualTo(parent.pid());

        ChildProcess.signal("KILL", pid);

        String session = begin();
        await().until(() -> Steps.take(store, KEY, session));
        assertThat(Files.readString(Path.of("/proc/" + pid + "/stat"))).contains(") Z ");
    }

    @Test
    void aStoppedProcessKeepsWhatItHoldsHoweverLong() throws Exception {
        ChildProcess child = child();
        child.ask("begin PT2S");
        assertThat(child.ask("take " + KEY)).isEqualTo("true");
        String session = begin();
        child.stop();

        SessionStart mayfly = store.beginSession("mayfly", Duration.ofMillis(2500), PATIENCE);
        await().until(() -> !store.tell(mayfly.id(), "word", PATIENCE));

        assertThat(Steps.take(store, KEY, session)).isFalse();
        assertThat(store.sessions(PATIENCE)).extracting("node").contains("child");

        child.goOn();
        await().until(() -> Steps.take(store, KEY, session));
        assertThat(child.ask("beat")).isEqualTo("false");
    }

    @Test
    void theLeaseOfAStoppedProcessEndsWhenItSays() throws Exception {
        ChildProcess child = child();
        String held = child.ask("begin PT1H");
        RecordKey key = new RecordKey(KEY);
        store.update(
                key,
                null,
                (current, view) -> Change.to(Steps.held(key, 1, held, view.now().plusMillis(300)), ""),
                PATIENCE);
        child.stop();
        String session = begin();

        assertThat(store.sessions(PATIENCE)).hasSize(2);
        await().until(() -> Steps.take(store, KEY, session));
        assertThat(store.sessions(PATIENCE)).hasSize(2);
    }

    @Test
    void aStoppedProcessInTheMiddleOfAChangeIsNamed() throws Exception {
        String session = begin();
        ChildProcess child = child();
        assertThat(child.ask("lock 0 64")).isEqualTo("locked");
        child.stop();

        assertThatThrownBy(() -> store.update(
                        new RecordKey(KEY),
                        null,
                        (current, view) -> Change.to(Steps.held(new RecordKey(KEY), 1, session, null), true),
                        Duration.ofMillis(200)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isPassing()).isTrue())
                .hasMessageContaining("kernel-locks")
                .hasMessageContaining("process " + child.pid());

        child.kill();
        assertThat(Steps.take(store, KEY, session)).isTrue();
    }

    /** As between containers that share a directory and do not see each other's processes. */
    @Test
    void aProcessThatIsNotInSightKeepsItsLockUntilItDies() throws Exception {
        ChildProcess child = child();
        Path file = directory.resolve("sessions").resolve(holding(child));
        Files.writeString(file, Files.readString(file).replace("process " + child.pid(), "process 999999999"));
        String session = begin();

        assertThat(Steps.take(store, KEY, session)).isFalse();
        assertThat(store.sessions(PATIENCE)).hasSize(2);

        child.kill();
        assertThat(Steps.take(store, KEY, session)).isTrue();
    }

    @Test
    void twoProcessesNeverHoldAtOnceThoughAThirdClearsAwayAllTheTime() throws Exception {
        Path counter = Files.writeString(temporary.resolve("counter"), "0");
        ChildProcess one = child();
        ChildProcess two = child();
        ChildProcess sweeper = child();
        one.ask("begin PT1H");
        two.ask("begin PT1H");

        int counted = 0;
        for (int swept = 0; swept < 30; counted += 400) {
            one.tell("count " + KEY + " counter 200");
            two.tell("count " + KEY + " counter 200");
            while (!one.hasAnswered() || !two.hasAnswered()) {
                swept += Integer.parseInt(sweeper.ask("sweep 10"));
            }
            assertThat(one.answer()).isEqualTo("counted");
            assertThat(two.answer()).isEqualTo("counted");
        }
        assertThat(Files.readString(counter)).isEqualTo(Integer.toString(counted));
    }

    @Test
    void noChangeOfAStampIsLostThoughOneOfThoseWhoChangeItIsKilled() throws Exception {
        List<ChildProcess> counting = List.of(child(), child());
        ChildProcess killed = child();
        killed.tell("stamp " + KEY + " 1000000000");
        await().until(() -> version() > 300);
        killed.kill();
        long before = version();

        for (ChildProcess each : counting) {
            each.tell("stamp " + KEY + " 1000");
        }
        for (int own = 0; own < 1000; ) {
            own += Steps.countInStamp(store, KEY) ? 1 : 0;
        }
        for (ChildProcess each : counting) {
            assertThat(each.answer()).isEqualTo("counted");
        }

        assertThat(version()).isEqualTo(before + 3000);
    }

    private long version() {
        StampRecord stamp = store.readStamp(KEY, PATIENCE);
        return stamp == null ? 0 : stamp.version();
    }

    // --- somebody meddles with the files ---------------------------------------------------------------------------

    @Test
    void whoeverOpensAndClosesTheLockedFileInThisProcessFreesNothing() throws Exception {
        String session = begin();
        Steps.take(store, KEY, session);
        String locking = "lock " + Sessions.place(session) + " 2";

        Files.readAllBytes(directory.resolve("kernel-locks"));
        ChildProcess meddler = child();
        assertThat(meddler.ask(locking)).isEqualTo("locked");
        meddler.kill();
        ChildProcess child = child();
        child.ask("begin PT1H");
        assertThat(child.ask("take " + KEY)).isEqualTo("false");
        assertThat(child.ask("sessions")).isEqualTo("2");

        assertThat(store.beat(session, LONG, "", PATIENCE).alive()).isTrue();
        assertThat(child().ask(locking)).isEqualTo("busy");
        assertThat(child.ask("take " + KEY)).isEqualTo("false");
    }

    @Test
    void whoeverDeletesTheFileOfALockHasNotFreedIt() throws Exception {
        Steps.take(store, KEY, begin());
        ChildProcess child = child();
        child.ask("begin PT1H");

        for (String place : List.of("locks", ".kept")) {
            deleteAllIn(directory.resolve(place));
            assertThat(child.ask("take " + KEY)).as("%s deleted", place).isEqualTo("false");
            child.ask("begin PT1H");
            assertThat(child().ask("take " + KEY)).as("%s deleted", place).isEqualTo("false");
        }
        deleteAllIn(directory.resolve("locks"));
        Files.delete(directory.resolve("locks"));
        assertThat(child().ask("take " + KEY)).isEqualTo("false");
        Steps.free(store, KEY);
        assertThat(child.ask("take " + KEY)).isEqualTo("true");
        assertThat(directory.resolve("locks")).isDirectoryContaining("glob:**account_42*");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there one can see who has a deleted file open")
    void whoeverDeletesTheDirectoryHasNotFreedWhatIsHeldThere() throws Exception {
        ChildProcess child = child();
        holding(child);
        String lost = begin();

        delete(directory);

        assertThat(store.beat(lost, LONG, "", PATIENCE)).isEqualTo(new Heartbeat(false, List.of()));
        assertThatThrownBy(this::begin)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isPassing()).isTrue())
                .hasMessageContaining("kernel-locks was removed")
                .hasMessageContaining("process " + child.pid());
        assertThat(kept(child()).ask("begin PT1H")).startsWith("failed passing").contains("process " + child.pid());

        assertThat(child.ask("beat")).isEqualTo("false");
        assertThat(child.ask("begin PT1H")).startsWith("pid");
        assertThat(Steps.take(store, KEY, begin())).isTrue();
        assertThat(child.ask("take " + KEY)).isEqualTo("false");
    }

    @Test
    void aProcessWhoseLockedFileWasReplacedGrantsNothingAndTellsItsSessions() throws Exception {
        String session = begin();
        Files.delete(directory.resolve("kernel-locks"));
        Files.createFile(directory.resolve("kernel-locks"));

        await().untilAsserted(() -> assertThatThrownBy(() -> Steps.take(store, KEY, session))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("removed or replaced"));
        assertThatThrownBy(this::begin).isInstanceOf(StoreException.class).hasMessageContaining("removed or replaced");
        assertThat(store.beat(session, LONG, "", PATIENCE).alive()).isFalse();

        assertThat(Steps.take(store, KEY, begin())).isTrue();
    }

    private static void deleteAllIn(Path place) throws IOException {
        for (Path each : Premises.list(place)) {
            Files.delete(each);
        }
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
