package dev.interlock.store.file;

import dev.interlock.spi.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The directory as it was when it was opened, with the file of kernel locks on which everything stands. If that file is removed
 * or replaced, the ground is lost for good: whatever this process held there is lost too.
 *
 * <p>Whether the file is still in place is looked up once in a millisecond, not each time. So a new one is shown to others under
 * lock and key, and released only some milliseconds later, when everybody has seen that the old one is gone. And there is no new
 * one as long as another process is seen to have the old one open: it may not have told its holders yet.
 */
final class Ground implements Closeable {

    /** The bytes that are locked to change records, one for each shard; those of sessions lie far behind. */
    static final int SHARDS = 64;

    /** Those for stamps, right behind the others: fewer, because each may keep files open. */
    static final int STAMP_SHARDS = 16;

    private static final long LOOK_AFTER = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SETTLE_FOR = 5 * LOOK_AFTER;

    final Premises premises;
    final KernelLocks kernel;
    private volatile long seen;
    private volatile boolean lost;

    private Ground(Premises premises, KernelLocks kernel) {
        this.premises = premises;
        this.kernel = kernel;
        this.seen = System.nanoTime();
    }

    static Ground open(Path directory) throws IOException {
        Premises premises = new Premises(directory);
        return new Ground(premises, openKernelLocks(premises));
    }

    private static KernelLocks openKernelLocks(Premises premises) throws IOException {
        if (!Premises.exists(premises.kernelLocks)) {
            lay(premises);
        }
        premises.checkFile(premises.kernelLocks);
        return KernelLocks.open(premises.kernelLocks);
    }

    private static void lay(Premises premises) throws IOException {
        RemovedFiles.userOf(premises.kernelLocks).ifPresent(user -> {
            throw StoreException.passing(
                    premises.kernelLocks + " was removed while process " + user + " used it: until that has noticed,"
                            + " or is ended, nobody can rely on " + premises.root,
                    null);
        });
        Path draft = premises.draft("");
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE);
                FileLock all = channel.tryLock(0, SHARDS + STAMP_SHARDS, false)) {
            premises.place(draft, premises.kernelLocks);
            LockSupport.parkNanos(all, SETTLE_FOR);
        } catch (FileAlreadyExistsException another) {
            // another process was faster, and it is as good
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Fails if others do not meet here any more. */
    void ensureInPlace() throws IOException {
        if (lost || (System.nanoTime() - seen > LOOK_AFTER && !isInPlace())) {
            throw lost();
        }
    }

    /** Looks whether others still meet here. Once they do not, they never will again. */
    boolean isInPlace() throws IOException {
        long now = System.nanoTime();
        if (!lost && kernel.isInPlace()) {
            seen = now;
            return true;
        }
        lost = true;
        return false;
    }

    boolean isLost() {
        return lost;
    }

    StoreException lost() {
        return StoreException.passing(
                premises.kernelLocks
                        + " was removed or replaced while it was in use, so all locks that this process had"
                        + " there are lost; new ones can be had when its sessions have been told. Leave "
                        + premises.root + " alone while it is used",
                null);
    }

    /** Locks one byte, unless the patience ends first. */
    FileLock take(int shard, Patience patience) throws IOException {
        FileLock lock = kernel.tryAlone(shard, 1);
        for (int attempts = 0; lock == null; attempts++) {
            if (patience.isOver()) {
                throw busy(shard, patience, null);
            }
            patience.pause(attempts);
            lock = kernel.tryAlone(shard, 1);
        }
        return lock;
    }

    StoreException busy(int shard, Patience patience, @Nullable Throwable cause) {
        String who = kernel.holder(shard)
                .map(pid -> "process " + pid + " has it locked and is perhaps stopped: continue it, or end it")
                .orElse("others have it locked");
        return StoreException.passing(
                "byte " + shard + " of " + premises.kernelLocks + " was not free within " + patience.whole() + ": "
                        + who,
                cause);
    }

    @Override
    public void close() throws IOException {
        kernel.close();
    }
}
