package dev.interlock.engine;

import dev.interlock.LockStoreException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that serves all who ask within a second. Whoever comes while it is being found waits for it; a store that does not
 * answer is not asked by each of them in turn either.
 */
final class Lately<T> {

    private static final long SECOND = 1_000_000_000L;

    private final EngineClock clock;
    private final Supplier<T> question;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Answer<T> last;

    Lately(EngineClock clock, Supplier<T> question) {
        this.clock = clock;
        this.question = question;
    }

    private record Answer<T>(@Nullable T found, @Nullable LockStoreException failure, long at) {

        T get() {
            if (failure != null) {
                throw failure;
            }
            return Objects.requireNonNull(found);
        }
    }

    T get() {
        Answer<T> known = recent();
        return known == null ? getInTurn() : known.get();
    }

    private @Nullable Answer<T> recent() {
        Answer<T> known = last;
        return known != null && clock.now() - known.at() < SECOND ? known : null;
    }

    private T getInTurn() {
        asking.lock();
        try {
            Answer<T> known = recent();
            return known == null ? anew() : known.get();
        } finally {
            asking.unlock();
        }
    }

    /** Asks in any case, and lets the others have the answer. */
    T anew() {
        Answer<T> answer = ask();
        last = answer;
        return answer.get();
    }

    private Answer<T> ask() {
        try {
            return new Answer<>(question.get(), null, clock.now());
        } catch (LockStoreException failure) {
            return new Answer<>(null, failure, clock.now());
        }
    }

    void forget() {
        last = null;
    }
}
