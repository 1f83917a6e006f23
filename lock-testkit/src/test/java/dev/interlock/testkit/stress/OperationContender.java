package dev.interlock.testkit.stress;

import dev.interlock.LockInterruptedException;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.optimistic.VersionStamp;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One thread that changes pages by operations in every way there is. */
final class OperationContender implements Watchdog.Watched {

    static final OperationKind OWN = OperationKind.of("OWN", 7, 2);

    private static final List<OperationKind> KINDS =
            List.of(OperationKind.STRUCTURAL, OperationKind.NORMAL, OperationKind.LOW, OWN);

    private final Shared shared;
    private final SplittableRandom random;
    private final Thread thread;
    private volatile @Nullable Long lastStep = System.nanoTime();

    /** What the contenders have in common. */
    static final class Shared {

        final OptimisticLocks optimistic;
        /** The stamps of all of them are remembered, and forgotten, together. */
        final List<Page> pages = List.of(new Page("page:1"), new Page("page:a"), new Page("page:q"));

        final Queue<String> violations = new ConcurrentLinkedQueue<>();
        final AtomicLong commits = new AtomicLong();
        volatile boolean stopped;

        Shared(OptimisticLocks optimistic) {
            this.optimistic = optimistic;
        }
    }

    /** Counts without any protection of its own. */
    static final class Page {

        final String name;
        final AtomicLong made = new AtomicLong();
        long value;

        Page(String name) {
            this.name = name;
        }

        /** Reads, and says what to write. */
        Change<Long, RuntimeException> increment() {
            long next = value + 1;
            return () -> {
                value = next;
                return made.incrementAndGet();
            };
        }
    }

    /** What a computation may throw. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    OperationContender(String name, Shared shared, SplittableRandom random) {
        this.shared = shared;
        this.random = random;
        this.thread = new Thread(this::run, name);
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
            while (!shared.stopped) {
                stepUnlessInterrupted();
                lastStep = System.nanoTime();
            }
        } catch (RuntimeException | Error unexpected) {
            shared.violations.add(name() + " failed: " + unexpected);
            throw unexpected;
        } finally {
            lastStep = null;
        }
    }

    private void stepUnlessInterrupted() {
        try {
            step(random.nextInt(shared.pages.size()));
        } catch (LockInterruptedException interrupted) {
            if (!Thread.currentThread().isInterrupted()) {
                shared.violations.add("an interrupt was swallowed");
            }
        } catch (InterruptedException | Broken expected) {
            // that was to be
        }
        boolean unused = Thread.interrupted();
    }

    private void step(int number) throws InterruptedException {
        Page page = shared.pages.get(number);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> on(page).attempt(current -> slowly(page));
            case 3 -> on(page).repeat(attempt -> within(attempt, page), failure -> false);
            case 4 -> nested(page, shared.pages.get((number + 1) % shared.pages.size()));
            case 5 -> commit(page);
            case 6, 7 -> await(on(page).attemptAsync(current -> page.increment()::apply));
            case 8 -> cancel(page);
            default -> fail(page);
        }
    }

    private OptimisticRequest on(Page page) {
        return shared.optimistic.on(page.name).kind(KINDS.get(random.nextInt(KINDS.size())));
    }

    private static Change<Long, RuntimeException> slowly(Page page) {
        Change<Long, RuntimeException> change = page.increment();
        LockSupport.parkNanos(1_000);
        return change;
    }

    private static long within(OperationTry attempt, Page page) {
        Change<Long, RuntimeException> change = slowly(page);
        try (OperationTry.ChangeStep step = attempt.begin()) {
            return change.apply();
        }
    }

    private void nested(Page page, Page other) {
        on(page).attempt(current -> {
            Change<Long, RuntimeException> change = page.increment();
            on(other).attempt(further -> other.increment());
            return change;
        });
    }

    private void commit(Page page) {
        VersionStamp before = shared.optimistic.stamp(page.name);
        Change<Long, RuntimeException> change = slowly(page);
        if (shared.optimistic.commit(before, change::apply).isPresent()) {
            shared.commits.incrementAndGet();
        }
    }

    private static void await(CompletableFuture<OperationResult<Long>> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void cancel(Page page) {
        CompletableFuture<OperationResult<Long>> future = on(page).attemptAsync(current -> slowly(page)::apply);
        for (int i = random.nextInt(5); i > 0; i--) {
            LockSupport.parkNanos(1_000);
        }
        future.cancel(false);
    }

    private void fail(Page page) {
        on(page).attempt(current -> {
            throw new Broken();
        });
    }
}
