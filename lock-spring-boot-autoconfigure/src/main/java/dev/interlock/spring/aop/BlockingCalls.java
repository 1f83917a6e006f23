package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockRequest;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Waits in the calling thread, and holds until the method returns. */
final class BlockingCalls implements CallStyle {

    private final Surroundings around;
    private final boolean vague;

    /**
     * Calls that are done when they return.
     *
     * @param vague whether what is declared may hide an answer that is complete only later
     */
    BlockingCalls(Surroundings around, boolean vague) {
        this.around = around;
        this.vague = vague;
    }

    @Override
    public @Nullable Object call(LockedMethod method, MethodInvocation invocation, Object target) throws Throwable {
        List<LockRequest> requests = method.requests(target, invocation.getArguments());
        around.transactions().beforeAcquiring(method, invocation, requests);
        Episode waiting = around.observations().waiting(method, requests, null).start();
        HeldLocks held;
        try {
            held = HeldLocks.acquire(around.locks(), requests);
        } catch (RuntimeException failure) {
            waiting.error(failure).stop();
            return instead(failure, method, invocation, target);
        }
        try (held) {
            waiting.stop();
            Object result = run(method, invocation, held, requests);
            if (vague && result != null && CallStyles.isUnfinished(result)) {
                throw new LockException(method + " is declared to answer with an Object, and answers with a "
                        + result.getClass().getName()
                        + ", which goes on after its lock has ended; declare the type it answers with");
            }
            return result;
        }
    }

    private static @Nullable Object instead(
            RuntimeException failure, LockedMethod method, MethodInvocation invocation, Object target)
            throws Throwable {
        if (failure instanceof LockException notLocked) {
            return method.remedy().instead(notLocked, target, invocation.getArguments());
        }
        throw failure;
    }

    private @Nullable Object run(
            LockedMethod method, MethodInvocation invocation, HeldLocks held, List<LockRequest> requests)
            throws Throwable {
        CurrentTry attempt = CurrentTry.of(invocation);
        Episode holding = around.observations().holding(method, requests, null).start();
        try {
            if (attempt != null && !requests.isEmpty()) {
                attempt.renew(); // those who held the locks before may have changed its resource
            }
            return around.run(invocation, held, requests, holding);
        } catch (Throwable failure) {
            holding.error(failure);
            throw failure;
        } finally {
            holding.stop();
        }
    }
}
