package dev.interlock.store.file;

import dev.interlock.spi.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A session of this process. It has two bytes of the kernel locks to itself, and holds one of them, the other one after each
 * heartbeat: because if somebody in this process opened and closed the file, the kernel has dropped the lock without a word, and
 * only taking another makes sure.
 */
final class LocalSession implements Closeable {

    final String id;
    private final KernelLocks kernel;
    private final long place;
    final ReentrantLock turn = new ReentrantLock();
    private FileLock held;
    private volatile long end;
    String published = "";

    LocalSession(String id, KernelLocks kernel, long place, FileLock held, Duration timeToLive) {
        this.id = id;
        this.kernel = kernel;
        this.place = place;
        this.held = held;
        prolong(timeToLive);
    }

    void prolong(Duration timeToLive) {
        end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeToLive);
    }

    /** Whether its node must have given it up by itself. Only this process can say so: it has been running. */
    boolean isOverdue() {
        return end - System.nanoTime() <= 0;
    }

    /** Makes sure that the kernel knows of it; in turn. */
    void assertAgain(Patience patience) throws IOException {
        FileLock next = kernel.tryAlone(other(), 1);
        for (int attempts = 0; next == null; attempts++) {
            if (patience.isOver()) {
                throw StoreException.passing(
                        "session " + id + " could not show that it lives: others looked at it for " + patience.whole()
                                + "; one of their processes is perhaps stopped: continue it, or end it",
                        null);
            }
            patience.pause(attempts);
            next = kernel.tryAlone(other(), 1);
        }
        held.release();
        held = next;
    }

    private long other() {
        return held.position() == place ? place + 1 : place;
    }

    @Override
    public void close() throws IOException {
        held.release();
    }
}
