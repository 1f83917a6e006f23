package dev.interlock.store.file;

import static dev.interlock.store.file.Steps.LONG;
import static dev.interlock.store.file.Steps.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.spi.RecordKey;
import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where locks are kept, and where they are not. */
class PremisesTest {

    private static final String KEY = "account:42";

    @TempDir
    Path temporary;

    private Path directory;
    private FileLockStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("some/where/locks");
        store = FileLockStore.in(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static void assertRefused(ThrowingCallable call, Path what, String why) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isPassing()).isFalse())
                .hasMessageContaining(what.toString())
                .hasMessageContaining(why);
    }

    private void assertRefused(Path what, String why) {
        assertRefused(() -> store.check(PATIENCE), what, why);
    }

    private static Path onlyFile(Path in) throws IOException {
        List<Path> found = Premises.list(in);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private String hold() {
        String session = store.beginSession("a node", LONG, PATIENCE).id();
        assertThat(Steps.take(store, KEY, session)).isTrue();
        return session;
    }

    @Test
    void nothingIsMadeBeforeItIsUsed() {
        assertThat(store.describe()).contains(directory.toString());
        assertThat(directory).doesNotExist();

        store.check(PATIENCE);

        assertThat(directory).isDirectory();
    }

    @Test
    void peopleCanReadWhoHoldsWhat() throws IOException {
        String session = hold();

        assertThat(onlyFile(directory.resolve("locks")))
                .content(StandardCharsets.US_ASCII)
                .contains("account:42", "lease " + session + " node somebody WRITE", "1970-01-01");
        assertThat(session).startsWith("pid" + ProcessHandle.current().pid() + "-");
        assertThat(directory.resolve("sessions").resolve(session))
                .content()
                .contains(
                        "node ~a%0020node", "process " + ProcessHandle.current().pid(), "since 2");
        assertThat(directory.resolve("README")).content().contains("lease <session>");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such permissions")
    void everythingIsForTheOwnerAlone() throws IOException {
        String session = hold();
        store.beat(session, LONG, "published", PATIENCE);
        store.tell(session, "word", PATIENCE);

        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all).hasSizeGreaterThan(10).allSatisfy(each -> assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(each, LinkOption.NOFOLLOW_LINKS)))
                    .as("%s", each)
                    .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void theDefaultDirectoryIsOfThisUser() {
        try (FileLockStore byDefault = FileLockStore.inDefaultDirectory()) {
            assertThat(byDefault.describe())
                    .contains(Path.of(System.getProperty("java.io.tmpdir")).resolve("interlock-")
                            + System.getProperty("user.name"));
        }
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Files.createDirectories(directory.getParent());
        Files.createFile(directory);

        assertRefused(directory, "no directory");
    }

    @Test
    void theRootIsNoPlaceForLocks() {
        try (FileLockStore atRoot = FileLockStore.in(directory.getRoot())) {
            assertRefused(() -> atRoot.check(PATIENCE), directory.getRoot(), "name a directory in it");
        }
    }

    // --- links -----------------------------------------------------------------------------------------------------

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights")
    void aLinkToADirectoryIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createDirectories(directory.getParent());
        Files.createSymbolicLink(directory, elsewhere);

        assertRefused(directory, "a link");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights")
    void twoPathsToOneDirectoryAreOneDirectory() throws IOException {
        hold();
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory.getParent());

        try (FileLockStore other = FileLockStore.in(link.resolve("locks"))) {
            String session = other.beginSession("other", LONG, PATIENCE).id();
            assertThat(Steps.take(other, KEY, session)).isFalse();
        }
        assertThat(store.sessions(PATIENCE)).hasSize(1);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights")
    void noLinkInTheDirectoryIsFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        for (String each : List.of("locks", ".kept", "stamps", ".kept-stamps", "sessions", "notices", ".drafts")) {
            Path link = directory.resolve(each);
            Files.createDirectories(directory);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, elsewhere);
            assertRefused(link, "a link");
            Files.delete(link);
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights")
    void noLinkInPlaceOfAFileIsFollowed() throws IOException {
        Path elsewhere = Files.createFile(temporary.resolve("elsewhere"));
        Files.createDirectories(directory);
        Path kernelLocks = Files.createSymbolicLink(directory.resolve("kernel-locks"), elsewhere);
        assertRefused(kernelLocks, "a link");
        Files.delete(kernelLocks);

        store.check(PATIENCE);
        Path record = directory.resolve(".kept").resolve(FileNames.of(KEY));
        Files.createSymbolicLink(record, elsewhere);
        assertRefused(() -> store.read(List.of(new RecordKey(KEY)), PATIENCE), record, "a link");
        assertRefused(() -> Steps.take(store, KEY, "nobody"), record, "a link");
        assertThat(elsewhere).isEmptyFile();
    }

    // --- others ----------------------------------------------------------------------------------------------------

    private static void giveAway(Path file) throws IOException {
        try {
            int own = (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:uid", own + 1, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            assumeTrue(false, "only root may give files away: " + e);
        }
    }

    @Test
    void whatBelongsToSomebodyElseIsRefused() throws IOException {
        Files.createDirectories(directory);
        giveAway(directory);
        assertRefused(directory, "belongs to");
        Files.setAttribute(directory, "unix:uid", 0);

        hold();
        store.close();
        for (String each : List.of("kernel-locks", "locks", ".kept")) {
            Path file = directory.resolve(each);
            giveAway(file);
            try (FileLockStore again = FileLockStore.in(directory)) {
                assertRefused(() -> again.check(PATIENCE), file, "belongs to");
            }
            Files.setAttribute(file, "unix:uid", 0);
        }
    }

    @Test
    void aRecordOfSomebodyElseIsRefused() throws IOException {
        hold();
        store.close();
        Path file = onlyFile(directory.resolve(".kept"));
        giveAway(file);

        try (FileLockStore again = FileLockStore.in(directory)) {
            assertRefused(() -> again.read(List.of(new RecordKey(KEY)), PATIENCE), file, "belongs to");
            assertRefused(() -> Steps.take(again, KEY, "nobody"), file, "belongs to");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such permissions")
    void aDirectoryToWhichEverybodyMayWriteIsRefused() throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertRefused(directory, "everybody may write");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such permissions")
    void aDirectoryThatMayNotBeWrittenIsRefused() throws IOException {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may write everywhere");
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));

        assertRefused(directory, "may not");
    }

    // --- what is spoilt --------------------------------------------------------------------------------------------

    @Test
    void aRecordThatSomebodyHasSpoiltIsNoRecordAndNoReasonToGrant() throws IOException {
        String session = hold();
        Path file = onlyFile(directory.resolve(".kept"));

        for (String text : List.of(
                "", "spoilt", "spoilt".repeat(1000), Files.readString(file).replace("somebody", "nobody"))) {
            Files.writeString(file, text);
            assertRefused(() -> Steps.take(store, KEY, session), onlyFile(directory.resolve("locks")), "no record");
            assertRefused(() -> Steps.free(store, KEY), onlyFile(directory.resolve("locks")), "no record");
            assertThat(store.busy(10, PATIENCE)).isEmpty();
            assertThat(store.sweep(LONG, PATIENCE)).isZero();
        }
    }

    @Test
    void theRecordOfAnotherResourceIsNotTakenForThisOne() throws IOException {
        hold();
        Path file = onlyFile(directory.resolve(".kept"));
        Files.copy(file, directory.resolve(".kept").resolve(FileNames.of("other:1")));

        assertThatThrownBy(() -> store.read(List.of(new RecordKey("other:1")), PATIENCE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is not the record of 'other:1'");
    }

    @Test
    void aSessionThatSomebodyHasSpoiltStillLives() throws IOException {
        String session = hold();
        Files.writeString(directory.resolve("sessions").resolve(session), "spoilt");

        assertThat(store.beat(session, LONG, "", PATIENCE).alive()).isTrue();
        assertThat(Steps.take(store, KEY, session)).isFalse();
        assertThat(store.sessions(PATIENCE)).isEmpty();
    }
}
