package dev.interlock.spring.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** An acquisition for which no thread waits. However its end meets the grant, nothing stays held. */
final class Acquisition {

    private final CompletableFuture<?> handle;
    private final CompletableFuture<HeldLocks> held;

    private Acquisition(CompletableFuture<?> handle, CompletableFuture<HeldLocks> held) {
        this.handle = handle;
        this.held = held;
    }

    static <H> Acquisition of(CompletableFuture<H> handle, Function<H, HeldLocks> made) {
        return new Acquisition(handle, handle.thenApply(made));
    }

    /** What is held in the end, or what the acquisition failed with. */
    CompletableFuture<HeldLocks> held() {
        return held;
    }

    boolean isDone() {
        return held.isDone();
    }

    /** Leaves the queue, if it is still in there. */
    void giveUp() {
        handle.cancel(false);
    }

    /** Gives up or gives back, whichever it is time for. */
    void end() {
        giveUp();
        CompletableFuture<Void> unused = held.thenAccept(HeldLocks::close);
    }

    /** What was thrown before a future wrapped it. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
