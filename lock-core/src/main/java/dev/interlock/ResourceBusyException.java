package dev.interlock;

import dev.interlock.monitor.LockHolder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lock could be had, but somebody writes a resource on which this one depends, and the request asked to have that looked at:
 * see {@link LockRequest#checkDependencies()}. The lock was given back.
 */
public class ResourceBusyException extends LockException {

    private static final long serialVersionUID = 1L;

    private final String dependency;
    private final transient @Nullable List<LockHolder> holders;

    /** The failure of this attempt, with the dependency that is being written and those who write it. */
    public ResourceBusyException(String message, LockAttempt attempt, String dependency, List<LockHolder> holders) {
        super(message, attempt, null);
        this.dependency = dependency;
        this.holders = List.copyOf(holders);
    }

    /** What is being written. */
    public String dependency() {
        return dependency;
    }

    /** Who writes it; empty after deserialization. */
    public List<LockHolder> holders() {
        return holders == null ? List.of() : holders;
    }
}
