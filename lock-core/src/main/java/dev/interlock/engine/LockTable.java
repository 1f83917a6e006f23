package dev.interlock.engine;

import dev.interlock.ResourceNames;
import dev.interlock.engine.InterlockManager.TypeSettings;
import dev.interlock.spi.LockStore;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The locks by name. Idle ones are remembered up to a limit, because finding a lock is much cheaper than making one; beyond
 * it those that have not been used for longest are forgotten, roughly.
 *
 * <p>Forgetting takes three steps in this order — tombstone, raising the {@link #floor}, removal from the map — and whoever
 * meets the tombstone does the other two steps as well before it makes a new lock. So there is never more than one lock for a
 * name, and the tokens of the new one are higher than those of the old one.
 */
final class LockTable {

    private static final int LOOKS = 64;
    /** The type of resources whose own type came after too many others. */
    private static final String OTHER = "(other)";

    private final Engine engine;
    private final int maxRemembered;
    private final ConcurrentHashMap<String, LocalLock> locks = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LockType> types = new ConcurrentHashMap<>();
    private final boolean distributedOnly;
    private final AtomicInteger typeNumbers;
    private final LockNumbers numbers;
    /** The leases of its locks, if they reach other processes. */
    final @Nullable Leases leases;
    /** At least as high as the tokens of all forgotten locks. */
    private final AtomicLong floor = new AtomicLong();

    private final AtomicLong forgotten = new AtomicLong();

    private final ReentrantLock sweeping = new ReentrantLock();
    private @Nullable Iterator<LocalLock> sweep;
    /** Whether there are too many locks to remember, so that releases should look whether theirs can go. */
    private volatile boolean crowded;

    /**
     * A table.
     *
     * @param other with which numbers are shared, if there is another
     * @param store where its locks meet those of other processes, if they do
     */
    LockTable(Engine engine, @Nullable LockTable other, @Nullable LockStore store) {
        this.engine = engine;
        this.distributedOnly = other != null;
        this.typeNumbers = other == null ? new AtomicInteger() : other.typeNumbers;
        this.numbers = other == null ? new LockNumbers() : other.numbers;
        this.leases = store == null ? null : new Leases(engine, store, this);
        this.maxRemembered = engine.settings.maxResources();
        engine.settings.types().forEach((name, own) -> types.put(name, newType(name, own)));
        engine.settings.hierarchy().forEach(name -> types.computeIfAbsent(name, made -> newType(made, null)));
    }

    /** The word for where its locks live. */
    String backend() {
        return leases == null ? LockType.MEMORY : leases.store.kind();
    }

    /** Whether its locks can be shared. */
    boolean shares() {
        return leases == null || leases.fences();
    }

    /** The lock of this name if there is one; it may have been retired. */
    @Nullable LocalLock find(String resource) {
        return locks.get(resource);
    }

    /** The lock of this name, made if necessary. */
    LocalLock obtain(String resource) {
        LocalLock known = locks.get(resource);
        while (known == null || known.isRetired()) {
            if (known != null) {
                remove(known);
            } else {
                Checks.name(resource);
            }
            LockType type = typeOf(resource);
            known = locks.computeIfAbsent(resource, name -> newLock(name, type));
            makeRoom(known);
        }
        return known;
    }

    private LocalLock newLock(String name, LockType type) {
        if (type.number == 0) {
            return new LocalLock(name, type, floor.get(), 0, leases);
        }
        int number = numbers.next();
        LocalLock made = new LocalLock(name, type, floor.get(), number, leases);
        numbers.put(number, made);
        return made;
    }

    /** The lock that has this number now, if one has. */
    @Nullable LocalLock numbered(int number) {
        return numbers.find(number);
    }

    LockType typeOf(String resource) {
        String name = ResourceNames.typeOf(resource);
        LockType known = types.get(name);
        if (known != null) {
            return known;
        }
        if (types.size() >= engine.settings.maxTypes() || resource.length() > engine.settings.maxResourceLength()) {
            return types.computeIfAbsent(OTHER, other -> new LockType(other, engine, null, 0, leases, distributedOnly));
        }
        return types.computeIfAbsent(name, made -> newType(made, null));
    }

    /** Onto how many locks the keys of this resource's type are hashed. A look, which makes no type: only what is set has stripes. */
    int stripesOf(String resource) {
        LockType known = types.get(ResourceNames.typeOf(resource));
        return known == null ? 0 : known.stripes;
    }

    /** Only types whose order is learned have a number. */
    private LockType newType(String name, @Nullable TypeSettings own) {
        return new LockType(
                name, engine, own, engine.learnsOrder() ? typeNumbers.incrementAndGet() : 0, leases, distributedOnly);
    }

    /** With the resource if it is remembered, for a refusal must not make it so. */
    void countRefusal(String resource, boolean write) {
        LocalLock known = locks.get(resource);
        if (known == null) {
            typeOf(resource).count(Tally.Kind.REFUSAL, write);
        } else {
            known.tally().count(Tally.Kind.REFUSAL, write);
        }
    }

    Collection<LocalLock> locks() {
        return locks.values();
    }

    Collection<LockType> types() {
        return types.values();
    }

    int size() {
        return locks.size();
    }

    /** How many idle locks have been forgotten so far. */
    long forgotten() {
        return forgotten.get();
    }

    boolean crowded() {
        return crowded;
    }

    /** Forgets the lock if it is idle. */
    boolean retire(LocalLock lock) {
        if (!lock.retire()) {
            return false;
        }
        lock.type.absorb(lock);
        forgotten.incrementAndGet();
        remove(lock);
        relax();
        return true;
    }

    /** Looks again after it has lowered the flag: a lock may have been made in between. */
    private void relax() {
        if (crowded && locks.mappingCount() <= maxRemembered) {
            crowded = false;
            if (locks.mappingCount() > maxRemembered) {
                crowded = true;
            }
        }
    }

    private void remove(LocalLock retired) {
        floor.accumulateAndGet(retired.lastToken(), Math::max);
        if (locks.remove(retired.name, retired) && retired.number != 0) {
            numbers.free(retired.number);
        }
    }

    private void makeRoom(LocalLock newest) {
        if (locks.mappingCount() <= maxRemembered) {
            return;
        }
        crowded = true;
        if (!sweeping.tryLock()) {
            return;
        }
        try {
            long most = Math.min(LOOKS, locks.mappingCount());
            for (int looks = 0; looks < most && locks.mappingCount() > maxRemembered; looks++) {
                LocalLock each = nextInSweep();
                if (each != null && each != newest && !each.usedSinceLastLook()) {
                    retire(each);
                }
            }
            relax();
        } finally {
            sweeping.unlock();
        }
    }

    private @Nullable LocalLock nextInSweep() {
        Iterator<LocalLock> going = sweep;
        if (going == null || !going.hasNext()) {
            going = locks.values().iterator();
            sweep = going;
        }
        return going.hasNext() ? going.next() : null;
    }
}
