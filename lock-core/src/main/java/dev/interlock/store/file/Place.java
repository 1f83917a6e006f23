package dev.interlock.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path, and the directory that was found there. There is one for each path in the whole process, because kernel locks belong to
 * processes: two stores must not open and close the same files without knowing of each other.
 */
final class Place {

    private static final Map<Path, Place> PLACES = new HashMap<>();

    private final Path path;
    private int stores;
    private volatile @Nullable LockDirectory current;

    private Place(Path path) {
        this.path = path;
    }

    /** One store more uses it. */
    static Place enter(Path directory) throws IOException {
        Path real = Premises.real(directory);
        synchronized (PLACES) {
            Place place = PLACES.computeIfAbsent(real, Place::new);
            place.stores++;
            return place;
        }
    }

    /** One store less uses it; the last one closes everything. */
    void leave() throws IOException {
        synchronized (PLACES) {
            stores--;
            if (stores == 0) {
                PLACES.remove(path);
                close();
            }
        }
    }

    private synchronized void close() throws IOException {
        LockDirectory open = current;
        current = null;
        if (open != null) {
            open.close();
        }
    }

    /** The directory as it was opened, even if it is lost. */
    LockDirectory asOpened() throws IOException {
        LockDirectory open = current;
        return open != null ? open : openAgain();
    }

    /** The directory, opened if need be. One that is lost stays until all its sessions know. */
    LockDirectory directory() throws IOException {
        LockDirectory open = current;
        return open != null && !open.ground.isLost() ? open : openAgain();
    }

    private synchronized LockDirectory openAgain() throws IOException {
        LockDirectory open = current;
        if (open != null && !open.ground.isLost()) {
            return open;
        }
        if (open != null) {
            if (!open.isForgotten()) {
                throw open.ground.lost();
            }
            close();
        }
        open = LockDirectory.open(path);
        current = open;
        return open;
    }
}
