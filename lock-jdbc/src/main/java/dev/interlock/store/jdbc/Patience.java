package dev.interlock.store.jdbc;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long one call may take. While it lasts the thread's interrupt status is put aside: with it, some drivers would close the
 * connection, and some databases their files.
 */
final class Patience implements AutoCloseable {

    /** Half of what a nanosecond clock can tell apart: anything longer is for ever. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private final Duration length;
    private final long end;
    private boolean interrupted;

    private Patience(Duration length) {
        this.length = length;
        this.end = System.nanoTime() + length.toNanos();
        this.interrupted = Thread.interrupted();
    }

    /** Begins now, for this thread. */
    static Patience of(Duration length) {
        return new Patience(length.compareTo(LONGEST) < 0 ? length : LONGEST);
    }

    /** Gives the thread its interrupt status back. */
    @Override
    public void close() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isOver() {
        return left() <= 0;
    }

    private long left() {
        return end - System.nanoTime();
    }

    /** What is left in milliseconds, as network timeouts count: never zero, which would mean for ever. */
    int millis() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(left())));
    }

    /** Waits for this, interrupted or not. */
    <T> T await(Future<T> future) throws ExecutionException, TimeoutException {
        return await(future, length);
    }

    /** Waits for this, interrupted or not, and about so long at most. */
    <T> T await(Future<T> future, Duration most) throws ExecutionException, TimeoutException {
        while (true) {
            try {
                return future.get(Math.min(left(), most.toNanos()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
    }

    /** Waits for so long, or a little less. */
    void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(nanos, left()));
        } catch (InterruptedException later) {
            interrupted = true;
        }
    }

    /** How long it is, for messages. */
    @Override
    public String toString() {
        return length.toMillis() + " ms";
    }
}
