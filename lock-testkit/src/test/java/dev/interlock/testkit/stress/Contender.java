package dev.interlock.testkit.stress;

import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockLostException;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.testkit.history.Claim;
import dev.interlock.testkit.history.HoldRecord;
import dev.interlock.testkit.history.Wait;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One thread that takes locks in every way there is, and writes down what it saw. */
final class Contender implements Watchdog.Watched {

    private static final Duration PATIENT = Duration.ofMinutes(2);

    private final Stress stress;
    private final SplittableRandom random;
    private final Thread thread;
    private volatile @Nullable Long lastStep = System.nanoTime();
    private int asked;

    Contender(Stress stress, int number, SplittableRandom random) {
        this.stress = stress;
        this.random = random;
        this.thread = new Thread(this::run, "contender-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void interrupt() {
        thread.interrupt();
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    @Override
    public String name() {
        return thread.getName();
    }

    @Override
    public @Nullable Long lastStep() {
        return lastStep;
    }

    private void run() {
        try {
            while (!stress.isStopped()) {
                step();
                lastStep = System.nanoTime();
                forgetInterrupt();
            }
        } catch (RuntimeException | Error unexpected) {
            stress.violations.add(name() + " failed: " + unexpected);
            throw unexpected;
        } finally {
            lastStep = null;
        }
    }

    private static void forgetInterrupt() {
        boolean unused = Thread.interrupted();
    }

    private void step() {
        int counted = random.nextInt(Stress.COUNTED);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> waiting(counted, LockMode.WRITE);
            case 3, 4 -> waiting(counted, LockMode.READ);
            case 5 -> trying(counted, random.nextBoolean() ? LockMode.READ : LockMode.WRITE);
            case 6, 7 -> async(counted, random.nextInt(3) == 0 ? LockMode.READ : LockMode.WRITE);
            case 8 -> cancelling(counted, random.nextInt(3) == 0 ? LockMode.READ : LockMode.WRITE);
            case 9 -> severally();
            default -> leasing(random.nextInt(Stress.LEASED), random.nextInt(3) == 0 ? LockMode.READ : LockMode.WRITE);
        }
    }

    // --- ways to ask -----------------------------------------------------------------------------------------------

    private void waiting(int counted, LockMode mode) {
        Duration timeout = random.nextInt(4) == 0 ? Duration.ofNanos(random.nextLong(3_000_000)) : PATIENT;
        Asked ask = new Asked(Stress.counted(counted), mode, name(), priority(), timeout);
        try (LockHandle held = ask.request().acquire()) {
            ask.granted();
            use(ask, held, counted, mode, false, true);
        } catch (LockTimeoutException timedOut) {
            ask.answered(Wait.Outcome.TIMED_OUT);
        } catch (LockInterruptedException interrupted) {
            ask.answered(Wait.Outcome.CANCELLED);
            if (!Thread.currentThread().isInterrupted()) {
                stress.violations.add("an interrupt was swallowed");
            }
        }
    }

    private void trying(int counted, LockMode mode) {
        Asked ask = new Asked(Stress.counted(counted), mode, name(), priority(), PATIENT);
        Optional<LockHandle> taken = ask.request().tryAcquire();
        if (taken.isEmpty()) {
            ask.answered(Wait.Outcome.CANCELLED);
            return;
        }
        try (LockHandle held = taken.get()) {
            ask.granted();
            use(ask, held, counted, mode, false, true);
        }
    }

    private void async(int counted, LockMode mode) {
        Asked ask = new Asked(Stress.counted(counted), mode, name() + "/" + asked++, priority(), PATIENT);
        CompletableFuture<LockHandle> future =
                ask.request().owner(LockOwner.named(ask.owner)).acquireAsync();
        if (!future.isDone()) {
            ask.queued = System.nanoTime();
        }
        try (LockHandle held = await(future)) {
            ask.granted();
            use(ask, held, counted, mode, false, true);
        }
    }

    private static LockHandle await(CompletableFuture<LockHandle> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void cancelling(int counted, LockMode mode) {
        Asked ask = new Asked(Stress.counted(counted), mode, name() + "/" + asked++, priority(), PATIENT);
        CompletableFuture<LockHandle> future =
                ask.request().owner(LockOwner.named(ask.owner)).acquireAsync();
        pause(random.nextInt(50_000));
        if (future.cancel(false)) {
            ask.answered(Wait.Outcome.CANCELLED);
            return;
        }
        try (LockHandle held = future.join()) {
            ask.granted();
            use(ask, held, counted, mode, false, false);
        } catch (CancellationException impossible) {
            stress.violations.add("cancelled, and not cancelled");
        }
    }

    private void severally() {
        Asked one = new Asked(Stress.counted(0), LockMode.WRITE, name(), 5, PATIENT);
        Asked two = new Asked(Stress.counted(1), LockMode.READ, name(), 5, PATIENT);
        try (var both = stress.locks.all(one.request(), two.request()).acquire()) {
            one.granted();
            two.granted();
            use(two, both.handles().get(1), 1, LockMode.READ, false, false);
            use(one, both.handles().get(0), 0, LockMode.WRITE, false, false);
        } catch (LockInterruptedException interrupted) {
            one.answered(Wait.Outcome.CANCELLED);
            two.answered(Wait.Outcome.CANCELLED);
        }
    }

    private int priority() {
        return random.nextInt(4) == 0 ? 1 + random.nextInt(10) : 5;
    }

    // --- what is done meanwhile ------------------------------------------------------------------------------------

    /** Works with the hold, and writes it down; the caller closes it right after. */
    private void use(Asked ask, LockHandle held, int counted, LockMode mode, boolean reentrant, boolean mayGoOn) {
        Stress.Counter counter = stress.counters[counted];
        long before = counter.value;
        work();
        if (counter.value != before) {
            stress.violations.add("the counter changed under " + held);
        }
        if (mode == LockMode.WRITE) {
            counter.value = before + 1;
        }
        boolean own = ask.owner.equals(name());
        if (mayGoOn && own && random.nextInt(5) == 0) {
            again(ask, counted, mode);
        }
        if (mayGoOn && mode == LockMode.WRITE && random.nextInt(5) == 0) {
            downgrade(ask, held, counter, reentrant);
        } else {
            stress.history.held(ask.record(held, reentrant, System.nanoTime()));
        }
    }

    private void again(Asked outer, int counted, LockMode outerMode) {
        LockMode mode = outerMode == LockMode.WRITE && random.nextBoolean() ? LockMode.WRITE : LockMode.READ;
        Asked ask = new Asked(outer.resource, mode, outer.owner, 5, PATIENT);
        try (LockHandle held = ask.request().acquire()) {
            ask.granted();
            use(ask, held, counted, mode, true, false);
        }
    }

    private void downgrade(Asked ask, LockHandle held, Stress.Counter counter, boolean reentrant) {
        long before = counter.value;
        stress.history.held(ask.record(held, reentrant, System.nanoTime()));
        try (LockHandle shared = held.downgrade()) {
            ask.acquired = System.nanoTime();
            work();
            if (counter.value != before) {
                stress.violations.add("somebody wrote while " + shared + " was downgraded");
            }
            stress.history.held(ask.record(shared, true, System.nanoTime()));
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a nudge, on which nothing relies
    private void work() {
        switch (random.nextInt(8)) {
            case 0 -> pause(random.nextInt(200_000));
            case 1 -> Thread.yield();
            default -> {
                for (int i = random.nextInt(200); i > 0; i--) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    // --- leases ----------------------------------------------------------------------------------------------------

    private void leasing(int number, LockMode mode) {
        long lease = 1 + random.nextLong(2_000_000);
        Asked ask = new Asked(Stress.leased(number), mode, name(), priority(), PATIENT);
        try (LockHandle held = ask.request().lease(Duration.ofNanos(lease)).acquire()) {
            ask.granted();
            ask.leaseEnds = held.leaseExpiresAt().map(StressTime::nanos).orElse(ask.acquired);
            held.onLost(() -> {});
            boolean lost = false;
            for (int i = random.nextInt(4); i > 0; i--) {
                pause(random.nextInt(1_000_000));
                lost |= !(random.nextBoolean() ? extended(ask, held) : stillHeld(ask, held));
            }
            if (lost) {
                mustStayLost(held);
            }
            stress.history.held(ask.record(held, false, System.nanoTime()));
        } catch (LockInterruptedException interrupted) {
            ask.answered(Wait.Outcome.CANCELLED);
        }
    }

    private boolean stillHeld(Asked ask, LockHandle held) {
        long now = System.nanoTime();
        return claim(ask, held, now, held.isHeld());
    }

    private boolean extended(Asked ask, LockHandle held) {
        long now = System.nanoTime();
        long by = 1 + random.nextLong(2_000_000);
        try {
            held.extend(Duration.ofNanos(by));
            ask.leaseEnds = now + by;
            return claim(ask, held, now, true);
        } catch (LockLostException lost) {
            return claim(ask, held, now, false);
        }
    }

    private boolean claim(Asked ask, LockHandle held, long asked, boolean answer) {
        stress.history.claimed(new Claim(ask.resource, held.mode(), ask.owner, held.fencingToken(), asked, answer));
        return answer;
    }

    private void mustStayLost(LockHandle held) {
        if (held.isHeld()) {
            stress.violations.add("came back: " + held);
        }
        try {
            held.extend(Duration.ofDays(1));
            stress.violations.add("extended after it was lost: " + held);
        } catch (LockLostException expected) {
            // it says so
        }
    }

    // --- one request -----------------------------------------------------------------------------------------------

    /** A request, and what is to be written down of it. */
    private final class Asked {

        final String resource;
        final LockMode mode;
        final String owner;
        final int priority;
        final Duration timeout;
        final long requested;
        long queued = HoldRecord.NEVER;
        long acquired;
        long leaseEnds = HoldRecord.NEVER;

        Asked(String resource, LockMode mode, String owner, int priority, Duration timeout) {
            this.resource = resource;
            this.mode = mode;
            this.owner = owner;
            this.priority = priority;
            this.timeout = timeout;
            stress.history.requested();
            this.requested = System.nanoTime();
        }

        LockRequest request() {
            LockRequest plain = mode == LockMode.WRITE ? stress.locks.write(resource) : stress.locks.read(resource);
            return plain.priority(priority).timeout(timeout);
        }

        void granted() {
            acquired = System.nanoTime();
            answered(Wait.Outcome.GRANTED);
        }

        void answered(Wait.Outcome outcome) {
            stress.history.ended(new Wait(resource, owner, requested, System.nanoTime(), timeout.toNanos(), outcome));
        }

        HoldRecord record(LockHandle held, boolean reentrant, long released) {
            return new HoldRecord(
                    resource,
                    held.mode(),
                    owner,
                    held.fencingToken(),
                    priority,
                    reentrant,
                    requested,
                    queued,
                    acquired,
                    released,
                    leaseEnds);
        }
    }
}
