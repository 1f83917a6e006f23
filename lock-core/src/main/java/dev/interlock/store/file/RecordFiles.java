package dev.interlock.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of the records. Each has two names: one where people look, and one where nobody does. If either is deleted, the other
 * brings it back: so whoever deletes the file of a lock that is held has not freed it. Where a file can have only one name, it is
 * the one for people.
 */
final class RecordFiles {

    private final Premises premises;
    private final Path kept;

    RecordFiles(Premises premises) {
        this.premises = premises;
        this.kept = premises.linking ? premises.kept : premises.shown;
    }

    /** Where people find it. */
    Path place(String name) {
        return premises.shown.resolve(name);
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
            premises.makeDirectory(premises.shown);
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
        if (premises.linking && !Premises.exists(premises.kept)) {
            throw StoreException.lasting(
                    premises.kept + " was removed, and with it all that is known of locks: end all processes that use "
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
    Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path each : Premises.list(kept)) {
            names.add(each.getFileName().toString());
        }
        if (premises.linking && Files.isDirectory(premises.shown, NOFOLLOW_LINKS)) {
            for (Path each : Premises.list(premises.shown)) {
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
