package dev.interlock.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread that does one thing, for instance to wait for a lock.
 *
 * @param <T> what comes of it
 */
public final class Contender<T> {

    /** When a test that waits in vain is given up. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Thread thread;

    Contender(String name, Callable<T> work) {
        thread = new Thread(() -> run(work), name);
        thread.setDaemon(true);
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private void run(Callable<T> work) {
        try {
            outcome.complete(work.call());
        } catch (Throwable failure) {
            outcome.completeExceptionally(failure);
        }
    }

    /** The thread. */
    public Thread thread() {
        return thread;
    }

    /** Interrupts the thread. */
    public void interrupt() {
        thread.interrupt();
    }

    /** Whether it has ended, well or not. */
    public boolean isDone() {
        return outcome.isDone();
    }

    /** Waits for it to end well, and answers what came of it. */
    public T result() {
        return resultOf(outcome);
    }

    /** Waits for it to fail, and answers how. */
    public Throwable failure() {
        return failureOf(outcome);
    }

    /** Waits for the future to complete well, and answers with what. */
    public static <T> T resultOf(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("it should have ended well", failed.getCause());
        } catch (TimeoutException | InterruptedException inVain) {
            throw new AssertionError("it should have ended, and has not", inVain);
        }
    }

    /** Waits for the future to fail, and answers how. */
    public static Throwable failureOf(CompletableFuture<?> future) {
        Throwable[] failure = new Throwable[1];
        CompletableFuture<?> caught = future.handle((result, thrown) -> failure[0] = thrown);
        resultOf(caught);
        if (failure[0] == null) {
            throw new AssertionError("it should have failed, but ended well");
        }
        return failure[0] instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure[0];
    }
}
