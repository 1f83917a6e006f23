package dev.interlock.spring.integration;

import dev.interlock.LockHandle;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each thread holds through one registry, the latest hold of a resource last. */
final class ThreadHolds {

    private final ThreadLocal<Map<String, Deque<LockHandle>>> byResource = ThreadLocal.withInitial(HashMap::new);

    void add(String resource, LockHandle hold) {
        byResource.get().computeIfAbsent(resource, first -> new ArrayDeque<>()).addLast(hold);
    }

    /** From now on this hold stands for each of them. */
    void replaceAllOf(String resource, LockHandle hold) {
        byResource
                .get()
                .computeIfPresent(resource, (same, mine) -> new ArrayDeque<>(Collections.nCopies(mine.size(), hold)));
    }

    /** Whether the calling thread still has that hold. */
    boolean contains(String resource, LockHandle hold) {
        Deque<LockHandle> mine = byResource.get().get(resource);
        return mine != null && mine.contains(hold);
    }

    @Nullable LockHandle latestOf(String resource) {
        Deque<LockHandle> mine = byResource.get().get(resource);
        return mine == null ? null : mine.peekLast();
    }

    /** All of the calling thread, the first one first. */
    List<LockHandle> allOf(String resource) {
        Deque<LockHandle> mine = byResource.get().get(resource);
        if (mine == null) {
            throw notHeld(resource);
        }
        return List.copyOf(mine);
    }

    /** Takes the latest one out. */
    LockHandle removeLatestOf(String resource) {
        Map<String, Deque<LockHandle>> all = byResource.get();
        Deque<LockHandle> mine = all.get(resource);
        if (mine == null) {
            throw notHeld(resource);
        }
        LockHandle latest = mine.removeLast();
        if (mine.isEmpty()) {
            all.remove(resource);
        }
        if (all.isEmpty()) {
            byResource.remove();
        }
        return latest;
    }

    private static IllegalMonitorStateException notHeld(String resource) {
        return new IllegalMonitorStateException(
                "thread '" + Thread.currentThread().getName() + "' does not own '" + resource + "'");
    }
}
