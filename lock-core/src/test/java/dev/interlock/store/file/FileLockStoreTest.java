package dev.interlock.store.file;

import static dev.interlock.store.file.Steps.LONG;
import static dev.interlock.store.file.Steps.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.Change;
import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a store in files does besides keeping the contract of stores. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileLockStoreTest {

    private static final RecordKey KEY = new RecordKey("account:42");

    @TempDir
    Path temporary;

    private Path directory;
    private FileLockStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("locks");
        store = FileLockStore.in(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private LockRecord put(LockRecord record) {
        return Objects.requireNonNull(store.update(KEY, null, (current, view) -> Change.to(record, ""), PATIENCE)
                .record());
    }

    private Path kept(String resource) {
        return directory.resolve(".kept").resolve(FileNames.of(resource));
    }

    private static void makeOld(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(30))));
    }

    private static boolean isOld(Path file) throws IOException {
        return Files.getLastModifiedTime(file)
                .toInstant()
                .isBefore(Instant.now().minus(Duration.ofDays(1)));
    }

    // --- interrupts ------------------------------------------------------------------------------------------------

    /** An interrupt closes the channel of a thread that is reading or writing; nothing may come of that. */
    @Test
    void aThreadThatIsInterruptedAllTheTimeLosesNoChange() throws Exception {
        String session = store.beginSession("node", LONG, PATIENCE).id();
        Queue<RecordKey> heard = new ConcurrentLinkedQueue<>();
        store.subscribe(session, heard::add);
        AtomicBoolean done = new AtomicBoolean();
        Thread counting = Thread.currentThread();
        CompletableFuture<Void> interrupting = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                counting.interrupt();
            }
        });
        try {
            for (int i = 0; i < 3000; i++) {
                store.update(
                        KEY,
                        null,
                        (current, view) -> Change.to(Steps.idle(KEY, current == null ? 1 : current.token() + 1), ""),
                        PATIENCE);
            }
        } finally {
            done.set(true);
            interrupting.join();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.beat(session, LONG, "", PATIENCE).alive()).isTrue();
        await().until(() -> {
            Steps.free(store, "told", session);
            return heard.contains(new RecordKey("told"));
        });
        assertThat(store.read(List.of(KEY), PATIENCE))
                .extracting(LockRecord::token)
                .containsExactly(3000L);
    }

    // --- what deletes old files ------------------------------------------------------------------------------------

    @Test
    void whatIsHeldLongIsKeptFromThoseWhoDeleteOldFiles() throws IOException {
        put(Steps.held(KEY, 1, "somebody", null));
        makeOld(kept(KEY.resource()));

        assertThat(store.sweep(LONG, PATIENCE)).isZero();

        assertThat(isOld(kept(KEY.resource()))).isFalse();
        assertThat(store.busy(10, PATIENCE)).hasSize(1);
    }

    @Test
    void whatNobodyHasHeldForLongIsSwept() throws IOException {
        put(Steps.idle(KEY, 1));
        assertThat(store.sweep(LONG, PATIENCE)).isZero();
        makeOld(kept(KEY.resource()));

        assertThat(store.sweep(LONG, PATIENCE)).isEqualTo(1);

        assertThat(directory.resolve(".kept")).isEmptyDirectory();
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void draftsOfProcessesThatDiedAreSwept() throws IOException {
        put(Steps.idle(KEY, 1));
        Path left = Files.createFile(directory.resolve(".drafts/left"));
        Path begun = Files.createFile(directory.resolve(".drafts/begun"));
        makeOld(left);

        store.sweep(LONG, PATIENCE);

        assertThat(left).doesNotExist();
        assertThat(begun).exists();
    }

    /** As if the process had died between the two. */
    @Test
    void aRecordThatIsGoneWhoseFileIsStillThereIsNone() throws IOException {
        LockRecord last = put(Steps.idle(KEY, 7));
        byte[] text = Block.ascii(RecordText.write(Steps.idle(KEY, 7)));
        Files.write(kept(KEY.resource()), Block.of(99, Block.GONE, text));

        assertThat(store.read(List.of(KEY), PATIENCE)).isEmpty();
        LockRecord next = Objects.requireNonNull(store.update(
                        KEY,
                        new Guess(last, Instant.now()),
                        (current, view) -> Change.to(Steps.idle(KEY, current == null ? 1 : 8), ""),
                        PATIENCE)
                .record());
        assertThat(next.token()).isEqualTo(1);
        assertThat(store.read(List.of(KEY), PATIENCE)).containsExactly(next);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there one can see when the machine was started")
    void aFileThatTheEndOfTheMachineLeftHalfIsNoRecord() throws IOException {
        put(Steps.held(KEY, 7, "somebody", null));
        Files.writeString(kept(KEY.resource()), "\0".repeat(1024));
        Files.setLastModifiedTime(kept(KEY.resource()), FileTime.from(Instant.EPOCH));

        assertThat(store.read(List.of(KEY), PATIENCE)).isEmpty();
        LockRecord next = put(Steps.idle(KEY, 8));
        assertThat(store.read(List.of(KEY), PATIENCE)).containsExactly(next);
    }

    // --- sessions --------------------------------------------------------------------------------------------------

    @Test
    void aClosedStoreHasEndedItsSessions() {
        try (FileLockStore other = FileLockStore.in(directory)) {
            other.check(PATIENCE);
            String session = store.beginSession("node", LONG, PATIENCE).id();
            assertThat(Steps.take(store, "a", session)).isTrue();

            store.close();

            assertThat(other.sessions(PATIENCE)).isEmpty();
            assertThat(Steps.take(
                            other,
                            "a",
                            other.beginSession("other", LONG, PATIENCE).id()))
                    .isTrue();
        }
    }

    @Test
    void aSessionThatDoesNotBeatEndsWithoutAnybodyAsking() {
        String session =
                store.beginSession("node", Duration.ofMillis(10), PATIENCE).id();

        await().until(() -> Files.notExists(directory.resolve("sessions").resolve(session)));
    }

    @Test
    void wordComesInTheOrderInWhichItWasLeft() {
        String session = store.beginSession("node", LONG, PATIENCE).id();
        List<String> words =
                Stream.iterate(0, i -> i + 1).limit(30).map(i -> "word " + i).toList();
        words.forEach(each -> store.tell(session, each, PATIENCE));

        assertThat(store.beat(session, LONG, "", PATIENCE).notices()).isEqualTo(words);
    }

    // --- many ------------------------------------------------------------------------------------------------------

    @Test
    void manyRecordsNeedFewOpenFiles() {
        List<RecordKey> keys = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            RecordKey key = new RecordKey("many:" + i);
            keys.add(key);
            store.update(key, null, (current, view) -> Change.to(Steps.idle(key, 1), ""), PATIENCE);
        }

        assertThat(store.read(keys, PATIENCE)).hasSize(1000);
        long open = openFiles();
        assertThat(open).isLessThanOrEqualTo(4L * Ground.SHARDS + 1);
    }

    private long openFiles() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(this::isInDirectory).count();
        } catch (IOException elsewhere) {
            return 0;
        }
    }

    private boolean isInDirectory(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(directory);
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void whatIsNotFreeInTimeIsNotWaitedForAnyLonger() {
        assertThatThrownBy(() -> store.update(
                        KEY,
                        null,
                        (current, view) -> {
                            put(Steps.idle(KEY, 1));
                            return Change.to(Steps.idle(KEY, 2), "");
                        },
                        Duration.ofMillis(50)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isPassing()).isTrue())
                .hasMessageContaining("account:42");
    }
}
