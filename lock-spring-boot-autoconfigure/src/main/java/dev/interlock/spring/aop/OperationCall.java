package dev.interlock.spring.aop;

import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.OptimisticRequest;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.ProxyMethodInvocation;

/** One call of a method that is tried again, from its first try to its end. */
final class OperationCall {

    private static final Logger log = LoggerFactory.getLogger(OperationCall.class);

    private final OperationSurroundings around;
    private final OptimisticMethod method;
    private final ProxyMethodInvocation invocation;
    private final Object target;
    private final OptimisticRequest request;
    private final Episode episode;
    private volatile @Nullable OperationTry last;
    private volatile @Nullable Throwable afterwards;
    private volatile boolean cancelled;
    private int tries;

    /**
     * A call.
     *
     * @param caller what it is observed within; {@code null} for what the thread is in
     */
    OperationCall(
            OperationSurroundings around,
            OptimisticMethod method,
            MethodInvocation invocation,
            Object target,
            String resource,
            @Nullable Observation caller) {
        this.around = around;
        this.method = method;
        this.invocation = (ProxyMethodInvocation) invocation;
        this.target = target;
        this.request = method.request(resource);
        this.episode = around.observations().operation(method, resource, caller);
    }

    OptimisticRequest request() {
        return request;
    }

    Episode episode() {
        return episode;
    }

    // --- a try -----------------------------------------------------------------------------------------------------

    CurrentTry next(OperationTry attempt) {
        last = attempt;
        episode.event("try", "try " + ++tries);
        return new CurrentTry(method, attempt);
    }

    /** Runs the method in this thread. */
    @Nullable Object run(CurrentTry attempt, Operation operation) throws Throwable {
        MethodInvocation once = invocation.invocableClone();
        attempt.enter(once);
        try {
            String before = around.mdc().setOperation(operation.id());
            try (Episode.Current current = episode.makeCurrent()) {
                Object result = once.proceed();
                attempt.ensureNotLost();
                warnUnless(attempt.isTransactional());
                return result;
            } finally {
                around.mdc().restoreOperation(before);
            }
        } finally {
            attempt.leave();
        }
    }

    private void warnUnless(boolean transactional) {
        if (!transactional && method.commits() && method.warnsNow()) {
            log.warn(
                    "{} has a transaction whose commit does not heed the stamp of its resource, for its transaction manager"
                            + " takes no listeners: only conflicts that are thrown count. Give what it changes a version of"
                            + " its own. (Said once for this method.)",
                    method);
        }
    }

    /** Whether this is a conflict of which nothing can be done again, because what was to be done has been committed. */
    boolean isTooLate(CurrentTry attempt, Throwable failure) {
        if (!attempt.isCommitted() || !Conflicts.isOne(failure)) {
            return false;
        }
        afterwards = failure;
        return true;
    }

    /** When it was cancelled there is no other try, and it has not failed. */
    boolean isConflict(Throwable failure) {
        return Conflicts.isOne(failure) || (cancelled && failure instanceof CancellationException);
    }

    void cancelled() {
        cancelled = true;
    }

    // --- its end ---------------------------------------------------------------------------------------------------

    /** What the caller gets; it may also be that the last word is an exception. */
    @Nullable Object answer(OperationResult<?> result) throws Throwable {
        result.rejection().ifPresent(episode::error);
        Throwable late = afterwards;
        if (late != null) {
            episode.error(late);
        }
        ended(result.operation());
        if (late != null) {
            throw late;
        }
        return result.isSuccess()
                ? result.value().orElse(null)
                : method.remedy().instead(result.rejection().orElseThrow(), target, invocation.getArguments());
    }

    /** It failed of something that was no conflict, or was cancelled. */
    void failed(Throwable failure) {
        if (!cancelled) {
            episode.error(failure);
        }
        OperationTry known = last;
        if (known != null) {
            ended(known.operation());
        } else {
            episode.tags(KeyValues.of("outcome", "failed"), KeyValues.empty()).stop();
        }
    }

    private void ended(Operation operation) {
        episode.tags(
                        KeyValues.of("outcome", outcome(operation.status())),
                        KeyValues.of("id", operation.id(), "retries", String.valueOf(operation.retries())))
                .stop();
    }

    /** Of one that was cancelled the last try may not have ended yet. */
    private static String outcome(OperationStatus status) {
        return (status.isOver() ? status : OperationStatus.REJECTED).name().toLowerCase(Locale.ROOT);
    }
}
