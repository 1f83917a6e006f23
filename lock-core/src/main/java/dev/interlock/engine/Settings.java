package dev.interlock.engine;

import dev.interlock.DeadlockPolicy;
import dev.interlock.FairnessPolicy;
import dev.interlock.OrderingPolicy;
import dev.interlock.engine.InterlockManager.TypeSettings;
import dev.interlock.event.LockListener;
import dev.interlock.spi.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the builder was told, checked; durations in nanoseconds. */
record Settings(
        String node,
        FairnessPolicy fairness,
        long bargeBound,
        long ageing,
        long readTimeout,
        long writeTimeout,
        long distributedTimeout,
        @Nullable Bounds adaptive,
        boolean releaseHeld,
        boolean distributedLocally,
        int maxLocksPerOwner,
        int maxQueue,
        int maxResourceLength,
        DeadlockPolicy deadlockPolicy,
        OrderingPolicy orderingPolicy,
        List<String> hierarchy,
        long longWait,
        boolean statistics,
        int historySize,
        int maxResources,
        int maxTypes,
        int maxDependencies,
        boolean captureStackTraces,
        long drain,
        Map<String, TypeSettings> types,
        List<LockListener> listeners,
        int listenerBacklog,
        @Nullable TimeSource time,
        @Nullable Executor callbacks,
        LeaseSettings leases,
        OptimisticRules optimistic) {

    /** Refuses what cannot go together. */
    Settings {
        if (!statistics && (adaptive != null || anyAdapts(types))) {
            throw new IllegalArgumentException("adaptive timeouts learn from statistics, and those are off; turn"
                    + " statistics on, or leave adaptiveTimeouts out");
        }
    }

    /** Whether any timeout adapts. */
    boolean adapts() {
        return adaptive != null || anyAdapts(types);
    }

    private static boolean anyAdapts(Map<String, TypeSettings> types) {
        return types.values().stream().anyMatch(type -> type.adaptive != null);
    }
}
