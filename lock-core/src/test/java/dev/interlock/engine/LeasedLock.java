package dev.interlock.engine;

import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A lock whose lease a test grants and takes back by hand, as its keeper would. */
final class LeasedLock {

    final Engine engine;
    final LocalLock lock;
    private final Keeper keeper;
    private final ReentrantLock turn;
    private final Field grant;
    private long token;

    LeasedLock() throws ReflectiveOperationException {
        InterlockManager locks = InterlockManager.builder()
                .statistics(false)
                .store(new NoStore())
                .stores(settings -> settings.timeSource(new JumpingTime()))
                .timeSource(new JumpingTime())
                .callbackExecutor(Runnable::run)
                .build();
        engine = (Engine) fieldOf(InterlockManager.class, "engine").get(locks);
        lock = engine.table.obtain("account:1");
        keeper = (Keeper) fieldOf(LocalLock.class, "keeper").get(lock);
        turn = (ReentrantLock) fieldOf(Keeper.class, "turn").get(keeper);
        grant = fieldOf(Keeper.class, "grant");
        // as if somebody were about to line up: so that the lease goes only when it is given back here
        ((AtomicInteger) fieldOf(Keeper.class, "coming").get(keeper)).incrementAndGet();
    }

    private static Field fieldOf(Class<?> owner, String name) throws ReflectiveOperationException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** What the keeper does when the store has granted a lease. */
    boolean lease() throws ReflectiveOperationException {
        turn.lock();
        try {
            if (keeper.hasLease()) {
                return false;
            }
            token += 100;
            NodeSession session = new NodeSession("session", Long.MAX_VALUE / 2);
            grant.set(keeper, new Grant(session, true, token + 99, Long.MAX_VALUE / 2, Grant.OPEN));
            lock.open(true, token);
            return true;
        } finally {
            turn.unlock();
        }
    }

    /** What the keeper does when nobody needs the lease; whether nobody did. */
    boolean giveBack() throws ReflectiveOperationException {
        turn.lock();
        try {
            if (!keeper.hasLease() || !lock.shut()) {
                return false;
            }
            grant.set(keeper, null);
            return true;
        } finally {
            turn.unlock();
        }
    }
}
