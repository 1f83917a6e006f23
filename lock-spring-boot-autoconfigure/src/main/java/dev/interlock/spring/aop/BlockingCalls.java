package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockRequest;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Waits in the calling thread, and holds until the method returns. */
final class BlockingCalls implements CallStyle {

    private final Surroundings around;

    BlockingCalls(Surroundings around) {
        this.around = around;
    }

    @Override
    public @Nullable Object call(LockedMethod method, MethodInvocation invocation, Object target) throws Throwable {
        List<LockRequest> requests = method.requests(target, invocation.getArguments());
        around.transactions().beforeAcquiring(method, invocation, requests);
        HeldLocks held;
        try {
            held = acquire(method, requests);
        } catch (LockException failure) {
            return method.remedy().instead(failure, target, invocation.getArguments());
        }
        try (held) {
            return run(method, invocation, held, requests);
        }
    }

    private HeldLocks acquire(LockedMethod method, List<LockRequest> requests) {
        Episode waiting = around.observations().waiting(method, requests, null).start();
        try {
            return HeldLocks.acquire(around.locks(), requests);
        } catch (LockException failure) {
            waiting.error(failure);
            throw failure;
        } finally {
            waiting.stop();
        }
    }

    private @Nullable Object run(
            LockedMethod method, MethodInvocation invocation, HeldLocks held, List<LockRequest> requests)
            throws Throwable {
        Episode holding = around.observations().holding(method, requests, null).start();
        try {
            return around.run(invocation, held, requests, holding);
        } catch (Throwable failure) {
            holding.error(failure);
            throw failure;
        } finally {
            holding.stop();
        }
    }
}
