package dev.interlock.spring.integration;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.locks.DistributedLock;

/** A resource as Spring Integration knows locks. */
final class RegistryLock implements DistributedLock {

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final LockRequest request;
    private final ThreadHolds holds;

    RegistryLock(LockRequest request, ThreadHolds holds) {
        this.request = request;
        this.holds = holds;
    }

    @Override
    public void lock() {
        lock(request);
    }

    @Override
    public void lock(Duration ttl) {
        lock(request.lease(ttl));
    }

    private void lock(LockRequest wanted) {
        LockRequest patient = wanted.timeout(FOR_EVER);
        boolean interrupted = false;
        try {
            while (!isTakenUninterrupted(patient)) {
                interrupted = true;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isTakenUninterrupted(LockRequest patient) {
        try {
            accept(patient.acquire());
            return true;
        } catch (LockInterruptedException notNow) {
            Thread.interrupted();
            return false;
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        acquire(request.timeout(FOR_EVER));
    }

    @Override
    public boolean tryLock() {
        Optional<LockHandle> hold = request.tryAcquire();
        hold.ifPresent(this::accept);
        return hold.isPresent();
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        return tryLock(request, Duration.of(time, unit.toChronoUnit()));
    }

    @Override
    public boolean tryLock(Duration waitTime, Duration ttl) throws InterruptedException {
        return tryLock(request.lease(ttl), waitTime);
    }

    private boolean tryLock(LockRequest wanted, Duration wait) throws InterruptedException {
        try {
            acquire(wanted.timeout(wait.isNegative() ? Duration.ZERO : wait).releaseHeldOnTimeout(false));
            return true;
        } catch (LockTimeoutException taken) {
            return false;
        }
    }

    private void acquire(LockRequest wanted) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            accept(wanted.acquire());
        } catch (LockInterruptedException interrupted) {
            Thread.interrupted();
            InterruptedException checked = new InterruptedException(interrupted.getMessage());
            checked.initCause(interrupted);
            throw checked;
        }
    }

    /** A thread that comes in again after it has lost the lock goes on as if it had not, if nobody else was in meanwhile. */
    private void accept(LockHandle fresh) {
        LockHandle outer = holds.latestOf(request.resource());
        if (outer != null && !outer.isHeld()) {
            if (!follows(outer, fresh)) {
                fresh.close();
                throw lost();
            }
            holds.replaceAllOf(request.resource(), fresh);
        }
        holds.add(request.resource(), fresh);
    }

    /** Whether nobody had it in between, as far as can be told. */
    private static boolean follows(LockHandle lost, LockHandle fresh) {
        try {
            return fresh.fencingToken() == lost.fencingToken() + 1;
        } catch (LockException withoutTokens) {
            return false;
        }
    }

    @Override
    public void unlock() {
        LockHandle latest = holds.removeLatestOf(request.resource());
        boolean held = latest.isHeld();
        if (!holds.contains(request.resource(), latest)) {
            latest.close();
        }
        if (!held) {
            throw lost();
        }
    }

    private ConcurrentModificationException lost() {
        return new ConcurrentModificationException("'" + request.resource()
                + "' was lost while this thread held it: it ran out, or was taken away. Others may have changed what it"
                + " protects");
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("the locks of a LockRegistry have no conditions");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RegistryLock lock
                && lock.holds == holds
                && lock.request.resource().equals(request.resource());
    }

    @Override
    public int hashCode() {
        return request.resource().hashCode();
    }

    @Override
    public String toString() {
        return request.mode() + " lock on '" + request.resource() + "'";
    }
}
