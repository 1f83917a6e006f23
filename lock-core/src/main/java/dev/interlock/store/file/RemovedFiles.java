package dev.interlock.store.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out who still has a file open that is gone from its directory. Only Linux tells, and only of processes in sight. */
final class RemovedFiles {

    private static final Path PROC = Path.of("/proc");

    private RemovedFiles() {}

    /** The number of another process that has a removed file of this name open, if there is one. */
    static Optional<String> userOf(Path file) {
        String own = Long.toString(ProcessHandle.current().pid());
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path each : processes) {
                String pid = each.getFileName().toString();
                if (!pid.equals(own) && uses(each, file + " (deleted)")) {
                    return Optional.of(pid);
                }
            }
        } catch (IOException | DirectoryIteratorException untold) {
            // another system, or one that hides its processes
        }
        return Optional.empty();
    }

    private static boolean uses(Path process, String removed) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path each : files) {
                if (isLinkTo(each, removed)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException goneOrForeign) {
            // then it tells nothing
        }
        return false;
    }

    private static boolean isLinkTo(Path link, String target) {
        try {
            return Files.readSymbolicLink(link).toString().equals(target);
        } catch (IOException closed) {
            return false;
        }
    }
}
