package dev.interlock.store.file;

import static dev.interlock.store.file.Steps.LONG;
import static dev.interlock.store.file.Steps.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be written grants nothing, and harms nothing that was written before. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no shell to set limits")
class FullDiskTest {

    private static final String KEY = "account:42";
    private static final RecordKey RECORD = new RecordKey(KEY);

    @TempDir
    Path temporary;

    private Path directory;
    private FileLockStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("locks");
        store = FileLockStore.in(directory);
        store.check(PATIENCE);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private String begin() {
        return store.beginSession("parent", LONG, PATIENCE).id();
    }

    @Test
    void aProcessThatCanWriteNothingGetsNothing() throws Exception {
        try (ChildProcess child = ChildProcess.startAfter("ulimit -f 0; exec \"$@\"", directory)) {
            assertThat(child.ask("begin PT1H")).startsWith("failed passing").contains("the disk is full");
            assertThat(child.ask("take " + KEY)).startsWith("failed passing").contains("the disk is full");
            assertThat(child.ask("stamp " + KEY + " 1"))
                    .startsWith("failed passing")
                    .contains("the disk is full");

            assertThat(store.read(List.of(RECORD), PATIENCE)).isEmpty();
            assertThat(store.sessions(PATIENCE)).isEmpty();
            assertThat(directory.resolve("locks")).isEmptyDirectory();
            assertThat(directory.resolve(".kept")).isEmptyDirectory();
            assertThat(store.readStamp(KEY, PATIENCE)).isNull();
            assertThat(directory.resolve(".kept-stamps")).isEmptyDirectory();
            assertThat(directory.resolve(".drafts")).isEmptyDirectory();
            assertThat(Steps.take(store, KEY, begin())).isTrue();
        }
    }

    /** A change that was cut off in the middle is none. */
    @Test
    void aRecordThatCouldOnlyBeWrittenHalfStaysAsItWas() throws Exception {
        String session = begin();
        String much = "x".repeat(1200);
        LockRecord before = store.update(
                        RECORD, null, (current, view) -> Change.to(Steps.held(RECORD, 7, session, null), ""), PATIENCE)
                .record();

        try (ChildProcess child = ChildProcess.startAfter("ulimit -f 3; exec \"$@\"", directory)) {
            child.ask("begin PT1H");
            assertThat(child.ask("put " + KEY + " " + much))
                    .startsWith("failed passing")
                    .contains("the disk is full");
            assertThat(store.read(List.of(RECORD), PATIENCE)).containsExactly(before);

            Steps.free(store, KEY);
            assertThat(child.ask("put " + KEY + " " + much)).startsWith("failed passing");
            assertThat(Steps.take(store, KEY, session)).isTrue();
            assertThat(child.ask("take " + KEY)).isEqualTo("false");
            Steps.free(store, KEY);
            assertThat(child.ask("take " + KEY)).isEqualTo("true");
        }
    }

    /** A file system of its own, which nobody else sees, and which ends with the process. */
    private ChildProcess onFileSystem(String preparation) throws IOException {
        return ChildProcess.startAfter(
                "exec unshare --mount sh -c 'mount -t tmpfs -o size=64k,mode=700 tmpfs " + temporary.resolve("small")
                        + " || exit; " + preparation + "; exec \"$@\"' sh \"$@\"",
                temporary.resolve("small/locks"));
    }

    private ChildProcess onFullFileSystem(String preparation) throws Exception {
        assumeTrue(temporary.resolve("small").toFile().mkdir());
        Process trial = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "mount",
                        "-t",
                        "tmpfs",
                        "tmpfs",
                        temporary.resolve("small").toString())
                .start();
        assumeTrue(trial.waitFor() == 0, "only root may mount a small file system");
        return onFileSystem(preparation);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there a process can have a file system of its own")
    void whenTheDiskIsFullNothingIsGrantedAndWhatIsHeldStaysHeld() throws Exception {
        try (ChildProcess child = onFullFileSystem("true")) {
            child.ask("begin PT1H");
            assertThat(child.ask("take " + KEY)).isEqualTo("true");

            String answer = "true";
            for (int i = 0; answer.equals("true"); i++) {
                answer = child.ask("take other:" + i);
            }

            assertThat(answer).startsWith("failed passing").contains("the disk is full");
            assertThat(child.ask("take " + KEY)).isEqualTo("false");
            assertThat(child.ask("beat " + "x".repeat(10_000))).isEqualTo("true");
            assertThat(child.ask("free " + KEY)).isEqualTo("free");
            assertThat(child.ask("take " + KEY)).isEqualTo("true");
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there a process can have a file system of its own")
    void aReadOnlyFileSystemIsRefused() throws Exception {
        String readOnly = "mount -o remount,ro " + temporary.resolve("small");
        try (ChildProcess child = onFullFileSystem(readOnly)) {
            assertThat(child.ask("begin PT1H")).startsWith("failed lasting").contains("read-only");
        }
    }
}
