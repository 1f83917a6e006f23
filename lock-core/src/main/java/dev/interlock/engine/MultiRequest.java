package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.MultiLock;
import dev.interlock.MultiLockHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Several requests, merged and in canonical order, with one deadline. */
final class MultiRequest implements MultiLock {

    private final Engine engine;
    private final List<Request> requests;
    private final Map<String, String> lockNames;
    private final long timeout;

    private MultiRequest(Engine engine, List<Request> requests, Map<String, String> lockNames, long timeout) {
        this.engine = engine;
        this.requests = requests;
        this.lockNames = lockNames;
        this.timeout = timeout;
    }

    static MultiRequest of(Engine engine, Collection<? extends LockRequest> requests) {
        Objects.requireNonNull(requests, "the requests are null");
        if (requests.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to lock: give at least one request");
        }
        Map<String, Request> merged = new TreeMap<>(engine.canonical);
        Map<String, Request> distributed = new TreeMap<>(engine.canonical);
        Map<String, String> lockNames = new HashMap<>();
        long longest = 0;
        for (LockRequest each : requests) {
            Request ours = ours(engine, each);
            (engine.isApart(ours.options) ? distributed : merged).merge(ours.lockName, ours, MultiRequest::stronger);
            lockNames.put(ours.resource(), ours.lockName);
            longest = Math.max(longest, ours.timeoutNanos());
        }
        // all nodes must be of one mind: those that other processes may have come first, for they are waited for
        // longest
        List<Request> inOrder = new ArrayList<>(distributed.values());
        inOrder.addAll(merged.values());
        return new MultiRequest(engine, List.copyOf(inOrder), Map.copyOf(lockNames), longest);
    }

    private static Request ours(Engine engine, @Nullable LockRequest request) {
        if (request instanceof Request ours && ours.belongsTo(engine)) {
            return ours;
        }
        throw new IllegalArgumentException("all(…) takes requests made by the same manager, but got " + request);
    }

    /** The exclusive one if either is, else the first; kept for as long as either. Owners must agree, or they would wait for each other. */
    private static Request stronger(Request one, Request other) {
        LockOwner first = one.options.owner;
        if (!Objects.equals(first, other.options.owner)) {
            throw new IllegalArgumentException("'" + one.resource()
                    + "' is asked for by two owners at once; give all requests of all(…) the same owner");
        }
        Request chosen = other.mode() == LockMode.WRITE && one.mode() == LockMode.READ ? other : one;
        long least = Math.max(one.options.least, other.options.least);
        return chosen.options.least == least ? chosen : chosen.with(chosen.options.keptFor(least));
    }

    @Override
    public List<LockRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public MultiLock timeout(Duration wait) {
        return new MultiRequest(engine, requests, lockNames, Checks.nanos(Checks.notNegative(wait, "timeout")));
    }

    @Override
    public MultiLockHandle acquire() {
        long deadline = engine.clock.now() + timeout;
        List<LockHandle> taken = new ArrayList<>(requests.size());
        mindOrder();
        try {
            for (Request each : requests) {
                taken.add(within(each, deadline, each.options.owner).acquire());
            }
            return new MultiHold(taken, lockNames);
        } catch (Throwable failure) {
            MultiHold.giveBackAll(taken, failure);
            throw failure;
        }
    }

    @Override
    public Optional<MultiLockHandle> tryAcquire() {
        List<LockHandle> taken = new ArrayList<>(requests.size());
        try {
            for (Request each : requests) {
                Optional<LockHandle> next = each.tryAcquire();
                if (next.isEmpty()) {
                    MultiHold.giveBackAll(taken, null);
                    return Optional.empty();
                }
                taken.add(next.get());
            }
            return Optional.of(new MultiHold(taken, lockNames));
        } catch (Throwable failure) {
            MultiHold.giveBackAll(taken, failure);
            throw failure;
        }
    }

    @Override
    public CompletableFuture<MultiLockHandle> acquireAsync() {
        mindOrder();
        return new AsyncSequence(engine.clock.now() + timeout).begin();
    }

    private void mindOrder() {
        if (timeout != 0 && requests.size() > 1) {
            engine.orders.together(requests, requests.get(0).options.owner);
        }
    }

    private LockRequest within(Request request, long deadline, @Nullable LockOwner owner) {
        long left = Math.max(0, deadline - engine.clock.now());
        Request limited = request.with(request.options.withTimeout(left));
        return owner == null ? limited : limited.owner(owner);
    }

    /** Takes one after the other; cancelling the whole cancels the one under way and gives back the others. */
    private final class AsyncSequence {

        private final long deadline;
        private final LockOwner shared = engine.owners.anonymous();
        private final List<LockHandle> taken = new ArrayList<>(requests.size());
        private final CompletableFuture<MultiLockHandle> whole = new CompletableFuture<>();
        private volatile @Nullable CompletableFuture<LockHandle> underWay;

        AsyncSequence(long deadline) {
            this.deadline = deadline;
        }

        CompletableFuture<MultiLockHandle> begin() {
            CompletableFuture<MultiLockHandle> unused = whole.whenComplete((held, failure) -> {
                CompletableFuture<LockHandle> current = underWay;
                if (current != null) {
                    current.cancel(false);
                }
            });
            next();
            return whole;
        }

        private void next() {
            Request request = requests.get(taken.size());
            LockOwner own = request.options.owner;
            CompletableFuture<LockHandle> current =
                    within(request, deadline, own == null ? shared : own).acquireAsync();
            underWay = current;
            if (whole.isDone()) {
                current.cancel(false);
            }
            CompletableFuture<LockHandle> unused = current.whenComplete(this::arrived);
        }

        private void arrived(@Nullable LockHandle handle, @Nullable Throwable failure) {
            if (failure != null || handle == null) {
                MultiHold.giveBackAll(taken, failure);
                whole.completeExceptionally(Objects.requireNonNull(failure));
                return;
            }
            taken.add(handle);
            if (whole.isDone()) {
                MultiHold.giveBackAll(taken, null);
            } else if (taken.size() < requests.size()) {
                next();
            } else if (!whole.complete(new MultiHold(taken, lockNames))) {
                MultiHold.giveBackAll(taken, null);
            }
        }
    }

    @Override
    public String toString() {
        return "all of " + requests + " within " + TimeUnit.NANOSECONDS.toMillis(timeout) + "ms";
    }
}
