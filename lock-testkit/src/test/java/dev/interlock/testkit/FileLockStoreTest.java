package dev.interlock.testkit;

import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionStart;
import dev.interlock.store.file.FileLockStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

class FileLockStoreTest extends LockStoreContract {

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("locks");
    }

    @Override
    protected LockStore open() {
        return FileLockStore.in(directory());
    }

    @Override
    protected void clear() {
        if (Files.exists(directory())) {
            delete(directory());
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What whoever finds that a process has died does for good. */
    @Override
    protected void expire(SessionStart session) {
        try {
            Files.deleteIfExists(directory().resolve("sessions").resolve(session.id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
