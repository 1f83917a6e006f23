package dev.interlock.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings for the resources of one type; what is not said here comes from the manager's own settings.
 *
 * <p>Made by {@link InterlockManager.Builder#type}.
 */
public final class TypeSettings {

    @Nullable Duration timeout;

    @Nullable Duration lease;

    int priority;
    int stripes;

    TypeSettings() {}

    /** How long requests wait, in both modes. */
    public TypeSettings timeout(Duration wait) {
        timeout = Checks.notNegative(wait, "timeout");
        return this;
    }

    /** How long holds last unless extended. */
    public TypeSettings lease(Duration duration) {
        lease = Checks.positive(duration, "lease");
        return this;
    }

    /** The priority of requests that name none. */
    public TypeSettings priority(int value) {
        priority = Checks.priority(value);
        return this;
    }

    /**
     * Hashes the keys of this type onto so many locks, so that any number of keys costs bounded memory. Two keys may then
     * share a lock: they exclude each other, and for one owner they are the same resource.
     */
    public TypeSettings stripes(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("stripes must be at least 1, but is " + count);
        }
        stripes = count;
        return this;
    }
}
