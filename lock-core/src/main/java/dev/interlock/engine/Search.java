package dev.interlock.engine;

import dev.interlock.ResourceNames;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for locks, and describes no more of them than are wanted. */
final class Search {

    private static final Comparator<Found> WORST_FIRST = Comparator.comparingInt(Found::waiting)
            .reversed()
            .thenComparing(Comparator.comparingLong(Found::age).reversed())
            .thenComparing(found -> found.lock().name);

    private final Engine engine;
    private final LockSearch wanted;

    Search(Engine engine, LockSearch wanted) {
        this.engine = engine;
        this.wanted = wanted;
    }

    /** A lock, and what it is sorted by: that changes while it is sorted. */
    private record Found(LocalLock lock, int holding, int waiting, long age) {}

    LockSearch.Result result() {
        long now = engine.clock.now();
        List<Found> found = engine.locks()
                .filter(this::isWanted)
                .map(lock -> new Found(lock, lock.holds().size(), lock.queueLength(), age(lock, now)))
                .sorted(WORST_FIRST)
                .toList();
        List<LockStatus> first = found.stream()
                .limit(wanted.limit())
                .map(each -> engine.describe.status(each.lock()))
                .filter(status -> status.held() || status.contended())
                .toList();
        return new LockSearch.Result(
                found.size(),
                found.stream().mapToInt(Found::holding).sum(),
                found.stream().mapToInt(Found::waiting).sum(),
                first);
    }

    private boolean isWanted(LocalLock lock) {
        boolean held = lock.isHeld();
        boolean contended = lock.queueLength() > 0;
        return (held || contended)
                && (held || !wanted.held())
                && (contended || !wanted.contended())
                && isOfType(lock, wanted.type())
                && isOwnedBy(lock, wanted.owner());
    }

    private static boolean isOfType(LocalLock lock, @Nullable String type) {
        return type == null || ResourceNames.typeOf(lock.name).equals(type);
    }

    private static boolean isOwnedBy(LocalLock lock, @Nullable String owner) {
        return owner == null
                || lock.holds().stream().anyMatch(hold -> hold.owner().name().equals(owner))
                || lock.waiting().stream()
                        .anyMatch(waiter -> waiter.owner.identity().name().equals(owner));
    }

    private static long age(LocalLock lock, long now) {
        return lock.holds().stream()
                .mapToLong(hold -> now - hold.acquiredNanos())
                .max()
                .orElse(-1);
    }
}
