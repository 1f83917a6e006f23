package dev.interlock.spring.autoconfigure;

import dev.interlock.engine.InterlockManager;

/**
 * Has the last word on how the {@code LockManager} is built, after the properties have been applied. Beans of this type are
 * called in their order.
 */
@FunctionalInterface
public interface LockManagerCustomizer {

    /** Changes what is to be changed. */
    void customize(InterlockManager.Builder builder);
}
