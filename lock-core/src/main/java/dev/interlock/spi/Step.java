package dev.interlock.spi;

import org.jspecify.annotations.Nullable;

/**
 * A change to one record: a pure function, which may be applied again to a newer record after a lost race.
 *
 * @param <R> what the caller wants to know of it
 */
@FunctionalInterface
public interface Step<R extends @Nullable Object> {

    /**
     * Says what is to become of the record.
     *
     * @param current the record as it stands; {@code null} if there is none
     * @param view what the store knows beyond the record
     */
    Change<R> apply(@Nullable LockRecord current, StoreView view);
}
