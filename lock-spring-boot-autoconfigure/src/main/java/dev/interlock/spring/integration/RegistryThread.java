package dev.interlock.spring.integration;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread to which some of a registry's locks belong. Whoever asks may stop waiting for the answer by completing it. */
final class RegistryThread {

    private static final Logger log = LoggerFactory.getLogger(RegistryThread.class);
    private static final long LAST_PATIENCE_SECONDS = 5;

    private final ThreadLocks locks;
    private final ExecutorService thread;

    RegistryThread(String name, ThreadLocks locks) {
        this.locks = locks;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /** Takes, and gives back again what nobody waits for any more. */
    CompletableFuture<Boolean> take(String resource) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        execute(answer, () -> {
            if (!answer.isDone()) {
                boolean taken = locks.take(resource);
                if (!answer.complete(taken) && taken) {
                    locks.giveBack(resource);
                }
            }
        });
        return answer;
    }

    /** Does what somebody waits for. */
    <T> CompletableFuture<T> ask(Function<ThreadLocks, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(answer, () -> {
            if (!answer.isDone()) {
                answer.complete(question.apply(locks));
            }
        });
        return answer;
    }

    /** Does what is to be done even if nobody waits for it any more. */
    <T> CompletableFuture<T> demand(Function<ThreadLocks, T> task) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(answer, () -> answer.complete(task.apply(locks)));
        return answer;
    }

    private void execute(CompletableFuture<?> answer, Runnable task) {
        try {
            thread.execute(() -> run(answer, task));
        } catch (RejectedExecutionException closed) {
            answer.completeExceptionally(closed);
        }
    }

    private static void run(CompletableFuture<?> answer, Runnable task) {
        try {
            task.run();
        } catch (Throwable failed) {
            if (!answer.completeExceptionally(failed)) {
                log.debug("A lock registry failed when nobody waited for it any more", failed);
            }
        }
    }

    void end() {
        execute(new CompletableFuture<>(), locks::giveAllBack);
        thread.shutdown();
    }

    void awaitEnd() {
        try {
            if (!thread.awaitTermination(LAST_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException hurried) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
