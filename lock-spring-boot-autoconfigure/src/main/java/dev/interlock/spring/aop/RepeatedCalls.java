package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.TriedCall;
import java.lang.reflect.UndeclaredThrowableException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Tries in the calling thread, and rests there. */
final class RepeatedCalls implements OptimisticStyle {

    private final OperationSurroundings around;
    private final boolean vague;

    /**
     * Calls that are done when they return.
     *
     * @param vague whether what is declared may hide an answer that is complete only later
     */
    RepeatedCalls(OperationSurroundings around, boolean vague) {
        this.around = around;
        this.vague = vague;
    }

    @Override
    public @Nullable Object call(OptimisticMethod method, MethodInvocation invocation, Object target) throws Throwable {
        String resource = method.resource(target, invocation.getArguments());
        around.transactions().checkCall(method, invocation);
        OperationCall call = new OperationCall(around, method, invocation, target, resource, null);
        return call.answer(repeated(call, method));
    }

    @SuppressWarnings("NullAway") // methods may answer with null
    private OperationResult<@Nullable Object> repeated(OperationCall call, OptimisticMethod method) throws Exception {
        TriedCall<@Nullable Object, Exception> work = attempt -> tried(call, attempt, method);
        call.episode().start();
        try {
            return call.request().repeat(work, call::isConflict);
        } catch (Throwable failure) {
            call.failed(failure);
            throw failure;
        }
    }

    private @Nullable Object tried(OperationCall call, OperationTry attempt, OptimisticMethod method) throws Exception {
        CurrentTry current = call.next(attempt);
        try {
            return checked(call.run(current, attempt.operation()), method);
        } catch (Throwable failure) {
            if (call.isTooLate(current, failure)) {
                return null;
            }
            throw passing(failure);
        }
    }

    private @Nullable Object checked(@Nullable Object result, OptimisticMethod method) {
        if (vague && result != null && CallStyles.isUnfinished(result)) {
            throw new LockException(method + " is declared to answer with an Object, and answers with a "
                    + result.getClass().getName()
                    + ", which goes on after it has been tried; declare the type it answers with");
        }
        return result;
    }

    private static Exception passing(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof Exception exception ? exception : new UndeclaredThrowableException(failure);
    }
}
