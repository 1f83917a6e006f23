package dev.interlock.store.file;

import static dev.interlock.store.file.Steps.LONG;
import static dev.interlock.store.file.Steps.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of stamps when processes die, and when people and cleaners meddle with the files. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StampsTest {

    private static final String KEY = "account:42";
    private static final StampRecord FIRST = new StampRecord(1, 100, null);
    private static final StampRecord SECOND = new StampRecord(1, 100, "alice");
    private static final StampRecord THIRD = new StampRecord(2, 200, null);

    @TempDir
    Path temporary;

    private Path directory;
    private FileLockStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("locks");
        store = FileLockStore.in(directory);
        assertThat(store.replaceStamp(KEY, null, FIRST, PATIENCE)).isTrue();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path kept() {
        return directory.resolve(".kept-stamps").resolve(FileNames.of(KEY));
    }

    private Path shown() {
        return directory.resolve("stamps").resolve(FileNames.of(KEY));
    }

    private StampRecord read() {
        return store.readStamp(KEY, PATIENCE);
    }

    private void closeAndOpen() {
        store.close();
        store = FileLockStore.in(directory);
    }

    @Test
    void peopleCanReadWhoChangesWhat() {
        assertThat(store.replaceStamp(KEY, FIRST, new StampRecord(5, 1700, "alice of node 1"), PATIENCE))
                .isTrue();

        assertThat(shown())
                .content(StandardCharsets.US_ASCII)
                .contains("interlock-stamp/1 account:42 5 1700\nchanging ~alice%0020of%0020node%00201\n");
        assertThat(directory.resolve("README")).content().contains("stamps/");
    }

    // --- processes that die ----------------------------------------------------------------------------------------

    /** As if the process had died after so many bytes of the next stamp. */
    @Test
    void aStampThatWasWrittenHalfIsTheOneBefore() throws IOException {
        assertThat(store.replaceStamp(KEY, FIRST, SECOND, PATIENCE)).isTrue();
        byte[] next = Block.of(3, 1, Block.ascii(new StampText(KEY, THIRD).write()));
        int written =
                new String(next, StandardCharsets.US_ASCII).stripTrailing().length() + 1;

        for (int bytes = 0; bytes <= written; bytes++) {
            try (RandomAccessFile file = new RandomAccessFile(kept().toFile(), "rw")) {
                file.write(next, 0, bytes);
            }
            assertThat(read()).as("after %s bytes", bytes).isEqualTo(bytes < written ? SECOND : THIRD);
        }
        closeAndOpen();
        assertThat(read()).isEqualTo(THIRD);
        assertThat(store.replaceStamp(KEY, THIRD, SECOND, PATIENCE)).isTrue();
        assertThat(read()).isEqualTo(SECOND);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there one can see when the machine was started")
    void aFileThatTheEndOfTheMachineLeftHalfIsNoStamp() throws IOException {
        Files.writeString(kept(), "\0".repeat(1024));
        Files.setLastModifiedTime(kept(), FileTime.from(Instant.EPOCH));

        assertThat(read()).isNull();
        assertThat(store.replaceStamp(KEY, FIRST, SECOND, PATIENCE)).isFalse();
        Files.setLastModifiedTime(kept(), FileTime.from(Instant.EPOCH));
        assertThat(store.replaceStamp(KEY, null, THIRD, PATIENCE)).isTrue();
        assertThat(read()).isEqualTo(THIRD);
    }

    // --- files that are deleted ------------------------------------------------------------------------------------

    @Test
    void aStampWhoseFileIsDeletedIsStillThere() throws IOException {
        Files.delete(shown());
        assertThat(read()).isEqualTo(FIRST);
        closeAndOpen();
        assertThat(store.replaceStamp(KEY, null, SECOND, PATIENCE)).isFalse();
        assertThat(store.replaceStamp(KEY, FIRST, SECOND, PATIENCE)).isTrue();

        closeAndOpen();
        Files.delete(kept());
        assertThat(read()).isEqualTo(SECOND);
        assertThat(store.replaceStamp(KEY, null, THIRD, PATIENCE)).isFalse();
        assertThat(store.replaceStamp(KEY, SECOND, THIRD, PATIENCE)).isTrue();

        Files.delete(shown());
        Files.delete(directory.resolve("stamps"));
        closeAndOpen();
        assertThat(read()).isEqualTo(THIRD);
        assertThat(kept()).exists();
    }

    @Test
    void sweepingKeepsStampsFromThoseWhoDeleteOldFiles() throws IOException {
        Files.setLastModifiedTime(kept(), FileTime.from(Instant.now().minus(Duration.ofDays(30))));
        Files.delete(shown());

        store.sweep(Duration.ZERO, PATIENCE);

        assertThat(Files.getLastModifiedTime(kept()).toInstant())
                .isAfter(Instant.now().minus(Duration.ofDays(1)));
        assertThat(shown()).exists();
        assertThat(read()).isEqualTo(FIRST);
    }

    @Test
    void stampsThatThereWasNoTimeForAreLookedAfterTheNextTime() throws IOException {
        Path other = directory.resolve("stamps").resolve(FileNames.of("other:1"));
        store.replaceStamp("other:1", null, FIRST, PATIENCE);
        Files.delete(shown());
        Files.delete(other);

        store.sweep(Duration.ZERO, Duration.ZERO);
        assertThat(shown()).doesNotExist();
        store.sweep(Duration.ZERO, PATIENCE);

        assertThat(shown()).exists();
        assertThat(other).exists();
        Files.delete(other);
        store.sweep(Duration.ZERO, PATIENCE);
        assertThat(other).doesNotExist();
    }

    // --- files that are spoilt -------------------------------------------------------------------------------------

    private void assertRefused(ThrowingCallable call, Path what, String why) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isPassing()).isFalse())
                .hasMessageContaining(what.toString())
                .hasMessageContaining(why);
    }

    @Test
    void aStampThatSomebodyHasSpoiltIsNoneAndNoReasonToReplaceIt() throws IOException {
        for (String text :
                List.of("", "spoilt", "x".repeat(5000), Files.readString(kept()).replace(" 100", " 200"))) {
            Files.writeString(kept(), text);
            assertRefused(this::read, shown(), "is no stamp any more");
            assertRefused(() -> store.replaceStamp(KEY, null, THIRD, PATIENCE), shown(), "is no stamp any more");
            assertRefused(() -> store.replaceStamp(KEY, FIRST, THIRD, PATIENCE), shown(), "is no stamp any more");
            store.sweep(LONG, PATIENCE);
        }
    }

    @Test
    void aStampOfAnotherFormatIsNotGuessedAt() throws IOException {
        for (String text : List.of("interlock-stamp/2 account:42 1 100\n", "interlock-stamp/1 account:42 1\n", "")) {
            Files.write(kept(), Block.of(9, 1, Block.ascii(text)));
            assertThatThrownBy(this::read)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("no stamp of this version");
        }
    }

    @Test
    void theStampOfAnotherResourceIsNotTakenForThisOne() throws IOException {
        Path other = directory.resolve(".kept-stamps").resolve(FileNames.of("other:1"));
        Files.copy(kept(), other);

        assertRefused(
                () -> store.readStamp("other:1", PATIENCE),
                directory.resolve("stamps").resolve(other.getFileName()),
                "is not the stamp of 'other:1'");
        assertRefused(
                () -> store.replaceStamp("other:1", FIRST, SECOND, PATIENCE),
                directory.resolve("stamps").resolve(other.getFileName()),
                "is not the stamp of 'other:1'");
    }
}
