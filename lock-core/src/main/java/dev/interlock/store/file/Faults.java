package dev.interlock.store.file;

import dev.interlock.spi.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Says what went wrong with a file, and what to do about it. */
final class Faults {

    private static final List<String> FULL = List.of("no space left", "quota", "file too large", "not enough space");

    private Faults() {}

    /** The fault of something that was done to a file, such as {@code "write"}. */
    static StoreException of(String doing, Path file, IOException cause) {
        String what = "cannot " + doing + " " + file + ": ";
        String reason = reason(cause);
        if (Files.isSymbolicLink(file)) {
            return StoreException.lasting(what + "it is a link, and links are not followed: remove it", cause);
        }
        if (cause instanceof AccessDeniedException || reason.contains("permission denied")) {
            return StoreException.lasting(
                    what + "the user of this process may not; let it read and write there", cause);
        }
        if (reason.contains("read-only")) {
            return StoreException.lasting(what + "the file system is read-only; choose a directory on another", cause);
        }
        if (isFull(cause)) {
            return StoreException.passing(
                    what + "the disk is full, or a limit is reached (" + cause.getMessage() + "); make room", cause);
        }
        if (reason.contains("too many open files")) {
            return StoreException.passing(what + "too many files are open; raise the limit (ulimit -n)", cause);
        }
        return StoreException.passing(what + cause, cause);
    }

    /** Whether there is no room, which somebody can make. */
    static boolean isFull(IOException cause) {
        return FULL.stream().anyMatch(reason(cause)::contains);
    }

    private static String reason(IOException cause) {
        String reason = cause instanceof FileSystemException known ? known.getReason() : cause.getMessage();
        return reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    }
}
