package dev.interlock.engine;

import dev.interlock.LockOwner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Finds the one {@link Owner} for each identity. */
final class Owners {

    /** By this a thread's owner knows whose it is, because the thread keeps it for longer than the manager lives. */
    private final Object token = new Object();

    private final ThreadLocal<ThreadOwner> threads =
            ThreadLocal.withInitial(() -> new ThreadOwner(Thread.currentThread(), token));
    private final ConcurrentHashMap<LockOwner, SharedOwner> shared = new ConcurrentHashMap<>();
    private final AtomicLong anonymous = new AtomicLong();

    /** The owner, already counted as taking one thing more; whoever calls this owes it a {@link Owner#leave()}. */
    Owner enter(@Nullable LockOwner asked) {
        if (asked == null) {
            ThreadOwner current = threads.get();
            current.enter();
            return current;
        }
        if (asked instanceof ThreadOwner thread && thread.belongsTo(this)) {
            thread.enter();
            return thread;
        }
        return shared.compute(
                asked, (identity, known) -> (known == null ? new SharedOwner(identity, this) : known).change(1));
    }

    void leave(SharedOwner owner) {
        shared.computeIfPresent(
                owner.identity(), (identity, known) -> known.change(-1).taken() == 0 ? null : known);
    }

    /** The calling thread's owner, without taking anything. */
    Owner current() {
        return threads.get();
    }

    /** A new owner for a request that belongs to no thread. */
    LockOwner anonymous() {
        return new Anonymous(anonymous.incrementAndGet(), ThreadOwner.nameOf(Thread.currentThread()));
    }

    Object token() {
        return token;
    }

    int sharedCount() {
        return shared.size();
    }

    private record Anonymous(long number, String startedBy) implements LockOwner {
        @Override
        public String name() {
            return "async-" + number + "@" + startedBy;
        }
    }
}
