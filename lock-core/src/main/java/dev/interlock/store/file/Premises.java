package dev.interlock.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The directory and what is in it: made for its owner alone, and used only if nobody else has a hand in it. */
final class Premises {

    private static final Set<PosixFilePermission> FOR_OWNER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FOR_OWNER_TO_WRITE = PosixFilePermissions.fromString("rw-------");

    private static final int WRITABLE_BY_ALL = 2;
    private static final int KIND = 0170000;
    private static final int PLAIN_FILE = 0100000;
    private static final Duration DRAFTS_ARE_OLD_AFTER = Duration.ofHours(1);

    /** Says to people what they see. */
    private static final String README = """
            Interlock keeps here who holds and who waits for a lock, on this machine only.
            Do not change or delete anything while a process uses it; without one, all of it may go, but for stamps/ and
            .kept-stamps/: who has kept a version of something would not see that it was changed.

            locks/     a file for each resource, first lines (of two such blocks, the one with the higher change counts):
                       interlock/1 <resource> <last token>
                       lease <session> <node> <owner> <mode> <first token> <last token> <since> <until, or ->
                       claim <session> <node> <owner> <mode> <rank> <since>
                       a session's name begins with the number of its process: pid4711-...
            stamps/    a file for each resource that was ever changed by version:
                       interlock-stamp/1 <resource> <version> <nanoseconds since 1970 of the last change>
                       changing <who changes it at this moment>
            sessions/  a file for each session that lives: node, process, since
            """;

    final Path root;
    final Path kernelLocks;
    /** What counts. Nobody has reason to look here, or to delete it. */
    final Path kept;
    /** The same files under the same names, for people. */
    final Path shown;

    /** What counts of version stamps, and what is shown of them. */
    final Path keptStamps;

    final Path stamps;

    final Path sessions;
    final Path notices;
    final Path drafts;
    private final boolean posix;
    private final Object owner;
    /** Whether a file can have two names here. */
    final boolean linking;

    /** Makes what is not there, and checks what is. */
    Premises(Path directory) throws IOException {
        root = real(directory);
        posix = root.getFileSystem().supportedFileAttributeViews().contains("unix");
        kernelLocks = root.resolve("kernel-locks");
        kept = root.resolve(".kept");
        shown = root.resolve("locks");
        keptStamps = root.resolve(".kept-stamps");
        stamps = root.resolve("stamps");
        sessions = root.resolve("sessions");
        notices = root.resolve("notices");
        drafts = root.resolve(".drafts");
        makeDirectory(root);
        owner = owner();
        check(root);
        for (Path each : List.of(kept, shown, keptStamps, stamps, sessions, notices, drafts)) {
            makeDirectory(each);
            check(each);
        }
        linking = tryLinking();
        explain();
    }

    static Path real(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw StoreException.lasting(
                    "locks cannot be kept in " + absolute + " itself: name a directory in it", null);
        }
        Files.createDirectories(parent);
        return parent.toRealPath().resolve(absolute.getFileName());
    }

    void makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, only(FOR_OWNER));
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
                throw StoreException.lasting(
                        directory + " is " + (Files.isSymbolicLink(directory) ? "a link" : "no directory")
                                + "; locks are kept in directories only, and links are not followed: remove it,"
                                + " or name the place that is meant",
                        there);
            }
        }
    }

    private FileAttribute<?>[] only(Set<PosixFilePermission> permissions) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /** Whom the files of this process belong to: asked of a file, since names of users may be unknown or shared. */
    private Object owner() throws IOException {
        Path probe = root.resolve(".probe-" + random());
        try {
            Files.createFile(probe, only(FOR_OWNER_TO_WRITE));
            return ownerOf(probe);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** The number of the user, where there is one, because looking names up may take its time. */
    private Object ownerOf(Path file) throws IOException {
        return posix ? Files.getAttribute(file, "unix:uid", NOFOLLOW_LINKS) : Files.getOwner(file, NOFOLLOW_LINKS);
    }

    /** What has to be known of a file, by a single look. */
    private record Facts(Object owner, boolean plain, boolean forAll) {}

    private Facts facts(Path file) throws IOException {
        if (!posix) {
            return new Facts(ownerOf(file), Files.isRegularFile(file, NOFOLLOW_LINKS), false);
        }
        Map<String, Object> found = Files.readAttributes(file, "unix:uid,mode", NOFOLLOW_LINKS);
        int mode = (int) Objects.requireNonNull(found.get("mode"));
        return new Facts(
                Objects.requireNonNull(found.get("uid")), (mode & KIND) == PLAIN_FILE, (mode & WRITABLE_BY_ALL) != 0);
    }

    /** Refuses what belongs to somebody else, and what others could change. */
    private void check(Path file) throws IOException {
        check(file, facts(file));
    }

    private void check(Path file, Facts facts) throws IOException {
        if (!facts.owner.equals(owner)) {
            throw StoreException.lasting(
                    file + " belongs to the user " + Files.getOwner(file, NOFOLLOW_LINKS) + " (" + facts.owner
                            + "), but this process is " + owner + ", and locks are kept only in what is one's own:"
                            + " choose a directory of this user",
                    null);
        }
        if (facts.forAll) {
            throw StoreException.lasting(
                    "everybody may write to " + file + ", so nobody can rely on it: take that right away (chmod o-w),"
                            + " or choose a new directory",
                    null);
        }
    }

    /** Refuses, besides that, what is no plain file. */
    void checkFile(Path file) throws IOException {
        Facts facts = facts(file);
        if (!facts.plain) {
            throw StoreException.lasting(
                    file + " is " + (Files.isSymbolicLink(file) ? "a link" : "no plain file")
                            + ", and links are not followed: remove it",
                    null);
        }
        check(file, facts);
    }

    private boolean tryLinking() throws IOException {
        Path one = draft("");
        Path two = drafts.resolve(random());
        try {
            Files.createLink(two, one);
            return true;
        } catch (UnsupportedOperationException impossible) {
            return false;
        } catch (FileSystemException e) {
            if (Faults.isFull(e)) {
                throw e;
            }
            return false;
        } finally {
            Files.deleteIfExists(two);
            Files.deleteIfExists(one);
        }
    }

    private void explain() throws IOException {
        Path readme = root.resolve("README");
        if (!exists(readme)) {
            write(readme, README);
        }
    }

    // --- files -----------------------------------------------------------------------------------------------------

    /** A file of this text that nobody knows of yet. */
    Path draft(String text) throws IOException {
        Path draft = Files.createFile(drafts.resolve(random()), only(FOR_OWNER_TO_WRITE));
        try {
            return Files.writeString(draft, text);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    /** Makes this the whole content of a file, at one blow. */
    void write(Path file, String text) throws IOException {
        replace(file, draft(text));
    }

    /** Gives the draft its name, whatever had it before. */
    void replace(Path file, Path draft) throws IOException {
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    /** Gives the draft its name, if nothing has it. */
    void place(Path draft, Path file) throws IOException {
        if (linking) {
            Files.createLink(file, draft);
        } else {
            Files.move(draft, file);
        }
    }

    /** Whether there is such a file; unlike the method of the same name elsewhere it does not say no when it may not look. */
    static boolean exists(Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    /** Keeps those away who delete what is old. */
    static void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    /** The files in one of the directories. */
    static List<Path> list(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(found::add);
        } catch (NoSuchFileException removed) {
            return found;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    /** Removes what processes had begun when they were killed. */
    void sweep() throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(DRAFTS_ARE_OLD_AFTER));
        for (Path each : list(drafts)) {
            if (changed(each).compareTo(old) < 0) {
                Files.deleteIfExists(each);
            }
        }
    }

    private static FileTime changed(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file, NOFOLLOW_LINKS);
        } catch (NoSuchFileException placed) {
            return FileTime.from(Instant.MAX);
        }
    }

    private static String random() {
        return Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, Character.MAX_RADIX);
    }
}
