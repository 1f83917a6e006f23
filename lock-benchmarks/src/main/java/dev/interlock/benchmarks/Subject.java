package dev.interlock.benchmarks;

import com.google.common.util.concurrent.Striped;
import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.openjdk.jmh.infra.Blackhole;
import org.springframework.integration.support.locks.DefaultLockRegistry;
import org.springframework.integration.support.locks.LockRegistry;

/** A way to lock by name. */
abstract class Subject {

    /** Locks to read, spends so much work inside, and unlocks. */
    abstract void read(String key, int work);

    /** Locks to write, spends so much work inside, and unlocks. */
    abstract void write(String key, int work);

    /** Writes, and answers how long that had to wait since it was asked for. */
    abstract long writeTimed(String key, int work, long asked);

    static Subject named(String name) {
        return switch (name) {
            case "rrw" -> new ByKey(false);
            case "rrw-fair" -> new ByKey(true);
            case "striped" -> new Stripes(Striped.readWriteLock(1024));
            case "striped-weak" -> new Stripes(Striped.lazyWeakReadWriteLock(1024));
            case "spring-integration" -> new Registry();
            case "interlock" -> new Interlock(builder().build());
            case "interlock-no-statistics" ->
                new Interlock(builder().statistics(false).historySize(0).build());
            case "interlock-strict" ->
                new Interlock(builder().fairness(FairnessPolicy.STRICT).build());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static InterlockManager.Builder builder() {
        return InterlockManager.builder().maxResources(200_000);
    }

    private static void locked(Lock lock, int work) {
        lock.lock();
        try {
            Blackhole.consumeCPU(work);
        } finally {
            lock.unlock();
        }
    }

    private static long lockedTimed(Lock lock, int work, long asked) {
        lock.lock();
        try {
            long waited = System.nanoTime() - asked;
            Blackhole.consumeCPU(work);
            return waited;
        } finally {
            lock.unlock();
        }
    }

    /** A {@link ReentrantReadWriteLock} found by key, as people write it themselves. */
    private static final class ByKey extends Subject {

        private final ConcurrentHashMap<String, ReadWriteLock> locks = new ConcurrentHashMap<>();
        private final boolean fair;

        ByKey(boolean fair) {
            this.fair = fair;
        }

        private ReadWriteLock lock(String key) {
            ReadWriteLock known = locks.get(key);
            return known != null ? known : locks.computeIfAbsent(key, made -> new ReentrantReadWriteLock(fair));
        }

        @Override
        void read(String key, int work) {
            locked(lock(key).readLock(), work);
        }

        @Override
        void write(String key, int work) {
            locked(lock(key).writeLock(), work);
        }

        @Override
        long writeTimed(String key, int work, long asked) {
            return lockedTimed(lock(key).writeLock(), work, asked);
        }
    }

    /** Guava. */
    private static final class Stripes extends Subject {

        private final Striped<ReadWriteLock> locks;

        Stripes(Striped<ReadWriteLock> locks) {
            this.locks = locks;
        }

        @Override
        void read(String key, int work) {
            locked(locks.get(key).readLock(), work);
        }

        @Override
        void write(String key, int work) {
            locked(locks.get(key).writeLock(), work);
        }

        @Override
        long writeTimed(String key, int work, long asked) {
            return lockedTimed(locks.get(key).writeLock(), work, asked);
        }
    }

    /** Spring Integration, which has no shared mode. */
    private static final class Registry extends Subject {

        private final LockRegistry<Lock> locks = new DefaultLockRegistry();

        @Override
        void read(String key, int work) {
            locked(locks.obtain(key), work);
        }

        @Override
        void write(String key, int work) {
            locked(locks.obtain(key), work);
        }

        @Override
        long writeTimed(String key, int work, long asked) {
            return lockedTimed(locks.obtain(key), work, asked);
        }
    }

    private static final class Interlock extends Subject {

        private final LockManager locks;

        Interlock(LockManager locks) {
            this.locks = locks;
        }

        @Override
        void read(String key, int work) {
            try (LockHandle held = locks.read(key).acquire()) {
                Blackhole.consumeCPU(work);
            }
        }

        @Override
        void write(String key, int work) {
            try (LockHandle held = locks.write(key).acquire()) {
                Blackhole.consumeCPU(work);
            }
        }

        @Override
        long writeTimed(String key, int work, long asked) {
            try (LockHandle held = locks.write(key).acquire()) {
                long waited = System.nanoTime() - asked;
                Blackhole.consumeCPU(work);
                return waited;
            }
        }
    }
}
