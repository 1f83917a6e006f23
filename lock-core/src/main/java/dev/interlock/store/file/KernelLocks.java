package dev.interlock.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one file whose bytes are locked in the kernel. It is empty and stays open as long as the directory is used, because closing
 * any descriptor of it would drop all locks that this process has there. Nothing but {@link FileChannel#tryLock} and the release of
 * what that gives is ever done with the channel: these do not close it when the thread is interrupted, as reading would.
 */
final class KernelLocks implements Closeable {

    private final Path file;
    private final FileChannel channel;
    private final Object identity;

    private KernelLocks(Path file, FileChannel channel, Object identity) {
        this.file = file;
        this.channel = channel;
        this.identity = identity;
    }

    /** Opens the file, if it is the same before and after. */
    static KernelLocks open(Path file) throws IOException {
        Object before = identity(file);
        FileChannel channel = FileChannel.open(file, READ, WRITE, NOFOLLOW_LINKS);
        if (!before.equals(identity(file))) {
            channel.close();
            throw new NoSuchFileException(file.toString(), null, "replaced while it was opened");
        }
        return new KernelLocks(file, channel, before);
    }

    private static Object identity(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        return Objects.requireNonNullElse(found.fileKey(), found.creationTime());
    }

    /** Whether others who open the file now meet here. */
    boolean isInPlace() throws IOException {
        try {
            return identity.equals(identity(file));
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /** Locks these bytes for this process alone; answers nothing if somebody has them, in this process or another. */
    @Nullable FileLock tryAlone(long at, long size) throws IOException {
        return tryLock(at, size, false);
    }

    /** Locks these bytes so that others may do the same; answers nothing if somebody has them alone. */
    @Nullable FileLock tryShared(long at, long size) throws IOException {
        return tryLock(at, size, true);
    }

    private @Nullable FileLock tryLock(long at, long size, boolean shared) throws IOException {
        try {
            return channel.tryLock(at, size, shared);
        } catch (OverlappingFileLockException here) {
            return null;
        }
    }

    /** The process that has this byte, where the system tells. */
    Optional<String> holder(long at) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/locks"))) {
            String inode = ":" + Files.getAttribute(file, "unix:ino");
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length == 8 && words[5].endsWith(inode) && covers(words, at))
                    .map(words -> words[4])
                    .findFirst();
        } catch (IOException | RuntimeException untold) {
            return Optional.empty();
        }
    }

    private static boolean covers(String[] words, long at) {
        return Long.parseLong(words[6]) <= at && (words[7].equals("EOF") || at <= Long.parseLong(words[7]));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
