package dev.interlock.engine;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A request: the name of a lock, and how it is to be taken. */
final class Request implements LockRequest {

    private final Engine engine;
    final String lockName;
    final Options options;

    private Request(Engine engine, String lockName, Options options) {
        this.engine = engine;
        this.lockName = lockName;
        this.options = options;
    }

    static Request of(Engine engine, String resource, Options options) {
        Objects.requireNonNull(resource, "the resource name is null");
        String lockName = engine.lockName(resource);
        boolean itself = lockName.equals(resource);
        return new Request(engine, lockName, itself ? options : options.askingFor(resource));
    }

    Request with(Options changed) {
        return new Request(engine, lockName, changed);
    }

    boolean belongsTo(Engine other) {
        return engine == other;
    }

    boolean isForTheLockOf(Request other) {
        return lockName.equals(other.lockName) && engine.isApart(options) == engine.isApart(other.options);
    }

    LockType type() {
        return engine.table(options).typeOf(lockName);
    }

    boolean releasesHeld() {
        return options.releasesHeld(engine.settings.releaseHeld());
    }

    long timeoutNanos() {
        return options.timeout(type());
    }

    @Override
    public String resource() {
        return options.askedFor == null ? lockName : options.askedFor;
    }

    @Override
    public LockRequest resource(String resource) {
        return of(engine, resource, options.askedFor == null ? options : options.askingFor(null));
    }

    @Override
    public LockMode mode() {
        return options.mode;
    }

    @Override
    public LockRequest timeout(Duration wait) {
        return with(options.withTimeout(Checks.nanos(Checks.notNegative(wait, "timeout"))));
    }

    @Override
    public LockRequest lease(Duration lease) {
        return with(options.withLease(Checks.nanos(Checks.positive(lease, "lease"))));
    }

    @Override
    public LockRequest holdAtLeast(Duration least) {
        return with(options.keptFor(Checks.nanos(Checks.notNegative(least, "least time to hold"))));
    }

    @Override
    public LockRequest owner(LockOwner owner) {
        return with(options.withOwner(Objects.requireNonNull(owner, "the owner is null")));
    }

    @Override
    public LockRequest releaseHeldOnTimeout(boolean release) {
        return with(options.releasingHeld(release));
    }

    @Override
    public LockRequest priority(int priority) {
        return with(options.withPriority(Checks.priority(priority)));
    }

    @Override
    public LockRequest reason(String reason) {
        return with(options.withReason(Objects.requireNonNull(reason, "the reason is null")));
    }

    @Override
    public LockRequest metadata(String key, String value) {
        Map<String, String> more = new HashMap<>(options.metadata);
        more.put(
                Objects.requireNonNull(key, "the metadata key is null"),
                Objects.requireNonNull(value, "the metadata value is null"));
        return with(options.withMetadata(Map.copyOf(more)));
    }

    @Override
    public LockRequest checkDependencies() {
        LockTable table = engine.table(options);
        if (!table.shares()) {
            throw new LockException(
                    "it cannot be checked whether somebody writes what '" + resource() + "' depends on: the backend '"
                            + table.backend()
                            + "' does not tell what other processes hold. Take what it depends on together with it,"
                            + " with all(…), or use a backend of Interlock's own");
        }
        return with(options.checking(true));
    }

    @Override
    public LockHandle acquire() {
        return engine.acquire(lockName, options, true);
    }

    @Override
    public Optional<LockHandle> tryAcquire() {
        return Optional.ofNullable(engine.tryAcquire(lockName, options));
    }

    @Override
    public CompletableFuture<LockHandle> acquireAsync() {
        return engine.acquireAsync(lockName, options);
    }

    @Override
    public String toString() {
        return options.mode + " '" + resource() + "'";
    }
}
