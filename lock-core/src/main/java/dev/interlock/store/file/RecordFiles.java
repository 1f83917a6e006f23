package dev.interlock.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.interlock.spi.RecordKey;
import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of the records, or of the stamps. Each has two names: one where people look, and one where nobody does. If either is deleted, the other
 * brings it back: so whoever deletes the file of a lock that is held has not freed it. Where a file can have only one name, it is
 * the one for people.
 */
final class RecordFiles {

    private final Premises premises;
    /** What one of them is called. */
    private final String sort;

    private final Path kept;
    private final Path shown;

    private RecordFiles(Premises premises, String sort, Path kept, Path shown) {
        this.premises = premises;
        this.sort = sort;
        this.kept = premises.linking ? kept : shown;
        this.shown = shown;
    }

    static RecordFiles ofRecords(Premises premises) {
        return new RecordFiles(premises, "record", premises.kept, premises.shown);
    }

    static RecordFiles ofStamps(Premises premises) {
        return new RecordFiles(premises, "stamp", premises.keptStamps, premises.stamps);
    }

    /** Where people find it. */
    Path place(String name) {
        return shown.resolve(name);
    }

    /** Refuses a file that is about another resource. */
    void ensureAbout(RecordKey key, String resource) {
        if (!resource.equals(key.resource())) {
            throw StoreException.lasting(
                    place(FileNames.of(key.resource())) + " is not the " + sort + " of '" + key.resource()
                            + "': somebody else must have put it there. End all processes that use it, and delete it",
                    null);
        }
    }

    /** The block that counts, or nothing if there is no file; mends nothing. */
    @Nullable Block peek(String name) throws IOException {
        Block block = peek(kept.resolve(name));
        return block == null && premises.linking ? peek(place(name)) : block;
    }

    private @Nullable Block peek(Path file) throws IOException {
        try {
            premises.checkFile(file);
            try (RecordFile open = new RecordFile(file)) {
                return open.read();
            }
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    /** A file is whole from its first moment on; if it is not, only the machine's end can have done that, or people. */
    @Nullable Block whole(String name, @Nullable Block block) throws IOException {
        if (block == null && !Boot.isAfter(changed(name))) {
            throw StoreException.lasting(
                    place(name) + " is no " + sort + " any more: somebody else must have changed it. End all processes"
                            + " that use it, and delete it",
                    null);
        }
        return block;
    }

    /** Opens the file; answers nothing if there is none. To be asked for alone. */
    @Nullable RecordFile open(String name) throws IOException {
        return mend(name) ? new RecordFile(kept.resolve(name)) : null;
    }

    /** Gives the file back the name that it has lost; answers whether there is one. To be asked for alone. */
    boolean mend(String name) throws IOException {
        boolean there = isKept(name) || restore(name);
        if (there) {
            show(name);
        }
        return there;
    }

    private boolean isKept(String name) throws IOException {
        try {
            premises.checkFile(kept.resolve(name));
            return true;
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    private boolean restore(String name) throws IOException {
        if (!premises.linking || !Premises.exists(place(name))) {
            return false;
        }
        premises.checkFile(place(name));
        Files.createLink(kept.resolve(name), place(name));
        return true;
    }

    /** Whether the file has both its names, or neither. */
    boolean isWhole(String name) throws IOException {
        return !premises.linking || Premises.exists(place(name)) == Premises.exists(kept.resolve(name));
    }

    private void show(String name) throws IOException {
        if (premises.linking && !isShown(name)) {
            Files.deleteIfExists(place(name));
            premises.makeDirectory(shown);
            Files.createLink(place(name), kept.resolve(name));
        }
    }

    private boolean isShown(String name) throws IOException {
        try {
            Object shown = attributes(place(name)).fileKey();
            return shown != null && shown.equals(attributes(kept.resolve(name)).fileKey());
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    /** Makes a new file, whole from the first moment on. To be asked for alone. */
    RecordFile create(String name, long version, byte[] text) throws IOException {
        ensureKept();
        Path draft = premises.draft("");
        RecordFile file = new RecordFile(draft);
        try {
            file.write(null, version, text);
            premises.place(draft, kept.resolve(name));
            file.renamed(kept.resolve(name));
            show(name);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private void ensureKept() throws IOException {
        if (premises.linking && !Premises.exists(kept)) {
            throw StoreException.lasting(
                    kept + " was removed, and with it every " + sort + " there was: end all processes that use "
                            + premises.root + ", and delete it",
                    null);
        }
        premises.makeDirectory(premises.drafts);
    }

    /** Removes a file whose record is gone. To be asked for alone. */
    void remove(String name) throws IOException {
        Files.deleteIfExists(place(name));
        Files.deleteIfExists(kept.resolve(name));
    }

    /** All there are. */
    NavigableSet<String> names() throws IOException {
        NavigableSet<String> names = new TreeSet<>();
        for (Path each : Premises.list(kept)) {
            names.add(each.getFileName().toString());
        }
        if (premises.linking && Files.isDirectory(shown, NOFOLLOW_LINKS)) {
            for (Path each : Premises.list(shown)) {
                names.add(each.getFileName().toString());
            }
        }
        return names;
    }

    /** Whether there is such a file, whatever is in it. */
    boolean exists(String name) throws IOException {
        return Premises.exists(kept.resolve(name)) || Premises.exists(place(name));
    }

    /** When the record was last changed. */
    Instant changed(String name) throws IOException {
        return attributes(kept.resolve(name)).lastModifiedTime().toInstant();
    }

    /** Keeps those away who delete what is old. */
    void touch(String name) throws IOException {
        Premises.touch(kept.resolve(name));
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
    }
}
