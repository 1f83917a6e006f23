package dev.interlock;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Anything that went wrong with a lock. The message names the resource, the cause and the way out.
 *
 * <p>Serialization keeps the message, the cause and the stack trace, but not the {@link #attempt()}: owners need not be
 * serializable.
 */
public class LockException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable LockAttempt attempt;

    /** A failure outside any acquisition. */
    public LockException(String message) {
        this(message, null, null);
    }

    /** A failure of this attempt. */
    public LockException(String message, @Nullable LockAttempt attempt, @Nullable Throwable cause) {
        super(message, cause);
        this.attempt = attempt;
    }

    /** What was attempted, by whom, and for how long; empty after deserialization. */
    public Optional<LockAttempt> attempt() {
        return Optional.ofNullable(attempt);
    }

    /** The resource, where one was concerned. */
    public Optional<String> resource() {
        return attempt().map(LockAttempt::resource);
    }

    /** The mode, where one was concerned. */
    public Optional<LockMode> mode() {
        return attempt().map(LockAttempt::mode);
    }

    /** The owner, where one was concerned. */
    public Optional<LockOwner> owner() {
        return attempt().map(LockAttempt::owner);
    }

    /** How long the attempt, or the hold, had lasted. */
    public Optional<Duration> elapsed() {
        return attempt().map(LockAttempt::elapsed);
    }
}
