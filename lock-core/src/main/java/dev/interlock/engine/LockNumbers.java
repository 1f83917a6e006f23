package dev.interlock.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Finds locks by number, for {@link Mark}s. Numbers of forgotten locks are given out again. */
final class LockNumbers {

    /** The first chunk has 1,024 places, and each further one twice as many as the one before. */
    private static final int FIRST_BITS = 10;

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable LocalLock>> chunks =
            new AtomicReferenceArray<>(Integer.SIZE - FIRST_BITS);
    private final AtomicInteger latest = new AtomicInteger();
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();

    /** A number that no other lock has, from 1. */
    int next() {
        Integer used = free.poll();
        return used == null ? latest.incrementAndGet() : used;
    }

    void put(int number, LocalLock lock) {
        chunk(number).set(place(number), lock);
    }

    void free(int number) {
        chunk(number).set(place(number), null);
        free.add(number);
    }

    /** The lock that has this number now, if one has. */
    @Nullable LocalLock find(int number) {
        AtomicReferenceArray<@Nullable LocalLock> chunk = chunks.get(chunkOf(number));
        return chunk == null ? null : chunk.get(place(number));
    }

    private AtomicReferenceArray<@Nullable LocalLock> chunk(int number) {
        int index = chunkOf(number);
        AtomicReferenceArray<@Nullable LocalLock> present = chunks.get(index);
        if (present != null) {
            return present;
        }
        AtomicReferenceArray<@Nullable LocalLock> made = new AtomicReferenceArray<>(1 << (index + FIRST_BITS));
        AtomicReferenceArray<@Nullable LocalLock> other = chunks.compareAndExchange(index, null, made);
        return other == null ? made : other;
    }

    private static int chunkOf(int number) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(shifted(number)) - FIRST_BITS;
    }

    private static int place(int number) {
        return shifted(number) - Integer.highestOneBit(shifted(number));
    }

    private static int shifted(int number) {
        return number - 1 + (1 << FIRST_BITS);
    }
}
