package dev.interlock.engine;

import dev.interlock.LockOwner;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.Computation;
import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.optimistic.TriedCall;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An operation to be, and what drives it in the calling thread. */
final class OptimisticCall implements OptimisticRequest {

    /**
     * What was asked for.
     *
     * @param retries negative for what the kind says
     * @param timeout in nanoseconds
     */
    private record Asked(
            OperationKind kind,
            int retries,
            long timeout,
            @Nullable String id,
            @Nullable String parent,
            @Nullable LockOwner owner) {}

    private final Engine engine;
    private final Stamps stamps;
    private final String resource;
    private final Asked asked;

    private OptimisticCall(Engine engine, Stamps stamps, String resource, Asked asked) {
        this.engine = engine;
        this.stamps = stamps;
        this.resource = resource;
        this.asked = asked;
    }

    static OptimisticCall on(Engine engine, Stamps stamps, String resource) {
        OperationKind usual = kindOf(engine, OperationKind.NORMAL.name());
        return new OptimisticCall(engine, stamps, resource, new Asked(usual, -1, Options.FOR_EVER, null, null, null));
    }

    private static OperationKind kindOf(Engine engine, String name) {
        OperationKind kind = engine.settings.optimistic().kinds().get(name);
        if (kind == null) {
            throw new IllegalArgumentException("there is no kind of operation '" + name + "', but "
                    + engine.operations.kinds().stream()
                            .map(OperationKind::name)
                            .toList()
                    + "; further kinds are set by interlock.optimistic.kinds, or by the manager's builder");
        }
        return kind;
    }

    private OptimisticCall with(Asked changed) {
        return new OptimisticCall(engine, stamps, resource, changed);
    }

    // --- settings --------------------------------------------------------------------------------------------------

    @Override
    public OptimisticRequest kind(OperationKind kind) {
        Objects.requireNonNull(kind, "the kind of operation is null");
        return with(new Asked(kind, asked.retries, asked.timeout, asked.id, asked.parent, asked.owner));
    }

    @Override
    public OptimisticRequest kind(String name) {
        return kind(kindOf(engine, Objects.requireNonNull(name, "the name of the kind of operation is null")));
    }

    @Override
    public OptimisticRequest retries(int most) {
        Checks.atLeast(0, most, "number of retries");
        return with(new Asked(asked.kind, most, asked.timeout, asked.id, asked.parent, asked.owner));
    }

    @Override
    public OptimisticRequest timeout(Duration time) {
        long nanos = Checks.nanos(Checks.notNegative(time, "timeout"));
        return with(new Asked(asked.kind, asked.retries, nanos, asked.id, asked.parent, asked.owner));
    }

    @Override
    public OptimisticRequest id(String id) {
        return with(new Asked(asked.kind, asked.retries, asked.timeout, checkId(id), asked.parent, asked.owner));
    }

    @Override
    public OptimisticRequest parent(String id) {
        return with(new Asked(asked.kind, asked.retries, asked.timeout, asked.id, checkId(id), asked.owner));
    }

    private static String checkId(String id) {
        Objects.requireNonNull(id, "the id of an operation is null");
        if (id.isBlank() || id.length() > 200) {
            throw new IllegalArgumentException(
                    "the id of an operation must have from 1 to 200 characters and not be blank, but is '" + id + "'");
        }
        return id;
    }

    @Override
    public OptimisticRequest owner(LockOwner owner) {
        Objects.requireNonNull(owner, "the owner is null");
        return with(new Asked(asked.kind, asked.retries, asked.timeout, asked.id, asked.parent, owner));
    }

    // --- beginning -------------------------------------------------------------------------------------------------

    private Course begin(Predicate<? super Throwable> conflicts, boolean anyThread) {
        long number = engine.operations.nextNumber();
        String id = asked.id == null ? "op-" + number : asked.id;
        LiveOperation parent =
                asked.parent == null ? engine.operations.ofThread() : engine.operations.parent(asked.parent, id);
        refuseCircle(id, parent);
        refuseOverwritten("operation '" + id + "'", stamps, resource, parent);
        long now = engine.clock.now();
        LiveOperation operation = new LiveOperation(
                id,
                number,
                asked.kind,
                resource,
                stamps,
                asked.retries < 0 ? asked.kind.retries() : asked.retries,
                parent,
                asked.owner == null ? engine.owners.current().identity() : asked.owner,
                engine.clock.instant(),
                now);
        long deadline = asked.timeout == Options.FOR_EVER ? Options.FOR_EVER : now + asked.timeout;
        return new Course(engine, operation, deadline, conflicts, anyThread);
    }

    /** What a part changes, its whole would overwrite: it has read the resource before. */
    static void refuseOverwritten(String part, Stamps stamps, String resource, @Nullable LiveOperation above) {
        LiveOperation whole = above == null ? null : above.computing(stamps, resource);
        if (whole != null) {
            throw new IllegalStateException(part + " on '" + resource + "' would be a part of operation " + whole
                    + ", which is computing a change of the same resource from what it read before, and would overwrite"
                    + " what the part has changed. Let one of the two make all of the change");
        }
    }

    private static void refuseCircle(String id, @Nullable LiveOperation parent) {
        StringBuilder path = new StringBuilder(id);
        for (LiveOperation each = parent; each != null; each = each.parent()) {
            path.append(" → ").append(each.id);
            if (each.id.equals(id)) {
                throw new IllegalArgumentException(
                        "operation '" + id + "' cannot be a part of itself: " + path + "; give it another id");
            }
        }
    }

    // --- in the calling thread -------------------------------------------------------------------------------------

    @Override
    public <R extends @Nullable Object, E extends Exception> OperationResult<R> attempt(Computation<R, E> computation)
            throws E {
        Objects.requireNonNull(computation, "the computation is null");
        return repeat(attempt -> computed(computation, attempt), failure -> false);
    }

    @SuppressWarnings("NullAway") // without a change there is no result, whatever its type
    private static <R extends @Nullable Object, E extends Exception> R computed(
            Computation<R, E> computation, OperationTry attempt) throws E {
        Change<R, E> change = computation.compute(attempt.stamp());
        if (change == null) {
            return null;
        }
        try (OperationTry.ChangeStep step = attempt.begin()) {
            return change.apply();
        }
    }

    @Override
    public <R extends @Nullable Object, E extends Exception> OperationResult<R> repeat(
            TriedCall<R, E> work, Predicate<? super Throwable> conflicts) throws E {
        Objects.requireNonNull(work, "the work is null");
        Objects.requireNonNull(conflicts, "what tells the conflicts is null");
        Course course = begin(conflicts, false);
        try (OperationContext.Scope ignored = engine.operations.work(course.operation)) {
            return drive(course, work);
        } catch (Throwable failure) {
            course.failed(failure);
            throw failure;
        }
    }

    private static <R extends @Nullable Object, E extends Exception> OperationResult<R> drive(
            Course course, TriedCall<R, E> work) throws E {
        while (true) {
            Course.Try attempt = null;
            Throwable conflict;
            try {
                attempt = course.nextTry();
                R value = work.call(attempt);
                attempt.end();
                return course.succeeded(value);
            } catch (Throwable failure) {
                endQuietly(attempt, failure);
                if (course.operation.isOver() || !course.isConflict(failure)) {
                    throw failure;
                }
                conflict = failure;
            }
            long rest = course.afterConflict(attempt, conflict);
            if (rest < 0) {
                return course.rejection(conflict);
            }
            course.rest(rest);
        }
    }

    static void endQuietly(Course.@Nullable Try attempt, Throwable failure) {
        try {
            if (attempt != null) {
                attempt.end();
            }
        } catch (Throwable further) {
            if (further != failure) {
                failure.addSuppressed(further);
            }
        }
    }

    // --- without blocking ------------------------------------------------------------------------------------------

    @Override
    public <R extends @Nullable Object> CompletableFuture<OperationResult<R>> attemptAsync(
            Computation<R, ?> computation, Executor executor) {
        Objects.requireNonNull(computation, "the computation is null");
        Objects.requireNonNull(executor, "the executor is null");
        return async(attempt -> staged(computation, attempt), failure -> false, false, executor, executor);
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<OperationResult<R>> attemptAsync(
            Computation<R, ?> computation) {
        return attemptAsync(computation, this::callBack);
    }

    private void callBack(Runnable work) {
        if (!engine.couldCallBack(work)) {
            throw new RejectedExecutionException("the executor for callbacks refused a try of an operation on '"
                    + resource + "'; give the operation an executor of its own, or the manager one with more room");
        }
    }

    private static <R extends @Nullable Object> CompletionStage<R> staged(
            Computation<R, ?> computation, OperationTry attempt) {
        try {
            return CompletableFuture.completedFuture(computed(computation, attempt));
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    @Override
    public <R extends @Nullable Object> CompletableFuture<OperationResult<R>> repeatAsync(
            Function<OperationTry, ? extends CompletionStage<R>> work, Predicate<? super Throwable> conflicts) {
        Objects.requireNonNull(work, "the work is null");
        Objects.requireNonNull(conflicts, "what tells the conflicts is null");
        return async(work, conflicts, true, Runnable::run, this::callBack);
    }

    private <R extends @Nullable Object> CompletableFuture<OperationResult<R>> async(
            Function<OperationTry, ? extends CompletionStage<R>> work,
            Predicate<? super Throwable> conflicts,
            boolean anyThread,
            Executor first,
            Executor further) {
        try {
            return new AsyncCourse<>(engine, begin(conflicts, anyThread), work, further).begin(first);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
