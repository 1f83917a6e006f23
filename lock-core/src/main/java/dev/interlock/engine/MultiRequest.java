package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.MultiLock;
import dev.interlock.MultiLockHandle;
import dev.interlock.engine.DependencyCheck.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Several requests, merged and in canonical order, with one deadline. */
final class MultiRequest implements MultiLock {

    private final Engine engine;
    private final List<Request> requests;
    private final Map<String, String> lockNames;
    /** Those that want nobody to write what their resources depend on, as they were before they were merged. */
    private final List<Request> checked;

    private final long timeout;

    private MultiRequest(
            Engine engine, List<Request> requests, Map<String, String> lockNames, List<Request> checked, long timeout) {
        this.engine = engine;
        this.requests = requests;
        this.lockNames = lockNames;
        this.checked = checked;
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
        List<Request> checked = new ArrayList<>();
        long longest = 0;
        boolean releasing = false;
        for (LockRequest each : requests) {
            Request ours = ours(engine, each);
            (engine.isApart(ours.options) ? distributed : merged).merge(ours.lockName, ours, MultiRequest::stronger);
            lockNames.put(ours.resource(), ours.lockName);
            if (ours.options.checks) {
                checked.add(ours);
            }
            longest = Math.max(longest, ours.timeoutNanos());
            releasing |= ours.releasesHeld();
        }
        // all nodes must be of one mind: those that other processes may have come first, for they are waited for
        // longest
        List<Request> inOrder = new ArrayList<>(distributed.values());
        inOrder.addAll(merged.values());
        if (releasing) {
            inOrder.replaceAll(each -> each.with(each.options.releasingHeld(true)));
        }
        return new MultiRequest(engine, List.copyOf(inOrder), Map.copyOf(lockNames), List.copyOf(checked), longest);
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
            throw new IllegalArgumentException(
                    named(one, other) + " asked for by two owners at once; give all requests of all(…) the same owner");
        }
        Request chosen = other.mode() == LockMode.WRITE && one.mode() == LockMode.READ ? other : one;
        Options options = chosen.options
                .keptFor(Math.max(one.options.least, other.options.least))
                .checking(one.options.checks || other.options.checks)
                .alsoFor(namesBeside(chosen, one, other));
        return chosen.with(options);
    }

    /** The keys of the stripe that either is for, without the one by which it is called. */
    private static Set<String> namesBeside(Request chosen, Request one, Request other) {
        Set<String> names = new HashSet<>(one.options.alsoFor);
        names.addAll(other.options.alsoFor);
        names.add(one.resource());
        names.add(other.resource());
        names.remove(chosen.resource());
        return Set.copyOf(names);
    }

    private static String named(Request one, Request other) {
        return one.resource().equals(other.resource())
                ? "'" + one.resource() + "' is"
                : "'" + one.resource() + "' and '" + other.resource() + "' share the stripe '" + one.lockName
                        + "' and are";
    }

    @Override
    public List<LockRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public MultiLock timeout(Duration wait) {
        return new MultiRequest(
                engine, requests, lockNames, checked, Checks.nanos(Checks.notNegative(wait, "timeout")));
    }

    @Override
    public MultiLockHandle acquire() {
        long began = engine.clock.now();
        long deadline = began + timeout;
        List<LockHandle> taken = new ArrayList<>(requests.size());
        mindOrder();
        try {
            for (Request each : requests) {
                taken.add(within(each, deadline, each.options.owner).acquire());
            }
            check(taken, began);
            return new MultiHold(taken, lockNames);
        } catch (Throwable failure) {
            MultiHold.giveBackAll(taken, failure);
            throw failure;
        }
    }

    @Override
    public Optional<MultiLockHandle> tryAcquire() {
        long began = engine.clock.now();
        List<LockHandle> taken = new ArrayList<>(requests.size());
        try {
            for (Request each : requests) {
                Optional<LockHandle> next = unchecked(each).tryAcquire();
                if (next.isEmpty()) {
                    MultiHold.giveBackAll(taken, null);
                    return Optional.empty();
                }
                taken.add(next.get());
            }
            check(taken, began);
            return Optional.of(new MultiHold(taken, lockNames));
        } catch (Throwable failure) {
            MultiHold.giveBackAll(taken, failure);
            throw failure;
        }
    }

    @Override
    public CompletableFuture<MultiLockHandle> acquireAsync() {
        mindOrder();
        return new AsyncSequence(engine.clock.now()).begin();
    }

    /** Once all have been taken, so that none of them is in the way of another, and none has been lost meanwhile. */
    private void check(List<LockHandle> taken, long began) {
        taken.forEach(LockHandle::ensureHeld);
        if (!checked.isEmpty()) {
            Set<Owner> own = taken.stream().map(each -> ((Hold) each).owner).collect(Collectors.toSet());
            List<Subject> subjects = checked.stream()
                    .map(each -> new Subject(each.resource(), holdOf(each, taken)))
                    .toList();
            engine.dependencyCheck.check(subjects, own, began, timeout);
        }
    }

    private Hold holdOf(Request request, List<LockHandle> taken) {
        int place = 0;
        while (!requests.get(place).isForTheLockOf(request)) {
            place++;
        }
        return (Hold) taken.get(place);
    }

    private static Request unchecked(Request request) {
        return request.options.checks ? request.with(request.options.checking(false)) : request;
    }

    private void mindOrder() {
        if (timeout != 0 && requests.size() > 1) {
            engine.orders.together(requests, requests.get(0).options.owner);
        }
    }

    private LockRequest within(Request request, long deadline, @Nullable LockOwner owner) {
        long left = Math.max(0, deadline - engine.clock.now());
        Request limited = unchecked(request.with(request.options.withTimeout(left)));
        return owner == null ? limited : limited.owner(owner);
    }

    /** Takes one after the other; cancelling the whole cancels the one under way and gives back the others. */
    private final class AsyncSequence {

        private final long began;
        private final LockOwner shared = engine.owners.anonymous();
        private final List<LockHandle> taken = new ArrayList<>(requests.size());
        private final CompletableFuture<MultiLockHandle> whole = new CompletableFuture<>();
        private volatile @Nullable CompletableFuture<LockHandle> underWay;

        AsyncSequence(long began) {
            this.began = began;
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
                    within(request, began + timeout, own == null ? shared : own).acquireAsync();
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
            } else {
                engine.dependencyCheck.lookAside(checked, this::outcome);
            }
        }

        private Runnable outcome() {
            try {
                check(taken, began);
            } catch (Throwable failure) {
                MultiHold.giveBackAll(taken, failure);
                return () -> whole.completeExceptionally(failure);
            }
            return () -> {
                if (!whole.complete(new MultiHold(taken, lockNames))) {
                    MultiHold.giveBackAll(taken, null);
                }
            };
        }
    }

    @Override
    public String toString() {
        return "all of " + requests + " within " + TimeUnit.NANOSECONDS.toMillis(timeout) + "ms";
    }
}
