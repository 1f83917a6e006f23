package dev.interlock.spring.integration;

import dev.interlock.spi.ExclusiveStore;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.springframework.integration.support.locks.LockRegistry;

/**
 * Any {@link LockRegistry} of Spring Integration as a store of exclusive locks. Services that use the same registry's storage
 * directly, such as the table {@code INT_LOCK} through a {@code JdbcLockRegistry}, and Interlock keep each other out.
 *
 * <p>A registry's locks belong to the thread that took them. So everything that is done with one resource is done in one and
 * the same thread of this store, whoever asks for it.
 */
public final class RegistryStore implements ExclusiveStore {

    /** The word for this backend. */
    public static final String KIND = "registry";

    /** A power of two, so that keys that share a lock within the registry share a thread here: see {@link Peculiarities}. */
    private static final int THREADS = 4;

    private final String description;
    private final Peculiarities peculiarities;
    private final List<RegistryThread> threads;

    /**
     * A store on that registry.
     *
     * @param registry the registry; it remains its owner's, and is not closed with this store
     * @param name what people call it, such as the name of its bean
     * @param timeToLive how long what is taken lasts unless it is kept, where the registry lets that be said
     */
    public RegistryStore(LockRegistry<?> registry, String name, Duration timeToLive) {
        Objects.requireNonNull(registry, "the registry is null");
        this.description =
                "the LockRegistry '" + name + "' (" + registry.getClass().getSimpleName() + ")";
        this.peculiarities = Peculiarities.of(registry);
        this.threads = IntStream.range(0, THREADS)
                .mapToObj(number -> new RegistryThread(
                        "interlock-registry-" + name + "-" + number,
                        new ThreadLocks(registry, peculiarities, timeToLive)))
                .toList();
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public boolean tryTake(String resource, Duration patience) {
        return await(threadOf(resource).take(resource), "take", resource, patience);
    }

    @Override
    public boolean keep(String resource, Duration timeToLive, Duration patience) {
        return await(threadOf(resource).ask(locks -> locks.keep(resource, timeToLive)), "keep", resource, patience);
    }

    @Override
    public void giveBack(String resource, Duration patience) {
        await(threadOf(resource).demand(locks -> locks.giveBack(resource)), "give back", resource, patience);
    }

    private RegistryThread threadOf(String resource) {
        return threads.get(peculiarities.spread(resource) & (THREADS - 1));
    }

    /** Not interrupted: what became of the resource would then not be known. */
    private <T> T await(CompletableFuture<T> answer, String what, String resource, Duration patience) {
        try {
            return answer.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS).join();
        } catch (CompletionException failed) {
            throw failure(what, resource, patience, Objects.requireNonNullElse(failed.getCause(), failed));
        }
    }

    private StoreException failure(String what, String resource, Duration patience, Throwable cause) {
        String problem = description + " could not " + what + " '" + resource + "'";
        if (cause instanceof TimeoutException) {
            return StoreException.passing(problem + " within " + patience.toMillis() + "ms", cause);
        }
        if (cause instanceof RejectedExecutionException) {
            return StoreException.lasting(problem + ": this store is closed", cause);
        }
        return StoreException.passing(problem + ": " + cause.getMessage(), cause);
    }

    /** Gives back what is still held. */
    @Override
    public void close() {
        threads.forEach(RegistryThread::end);
        threads.forEach(RegistryThread::awaitEnd);
    }
}
