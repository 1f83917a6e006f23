package dev.interlock.engine;

import org.jspecify.annotations.Nullable;

/** A request that waits without a thread. */
final class AsyncWaiter extends Waiter {

    private final AsyncAcquisition acquisition;

    AsyncWaiter(
            WaitQueue queue,
            Owner owner,
            Options options,
            @Nullable Details details,
            long now,
            AsyncAcquisition acquisition) {
        super(queue, owner, options, details, now);
        this.acquisition = acquisition;
    }

    @Override
    void tell() {
        if (state() != State.WITHDRAWN) {
            queue.lock.type.engine.complete(() -> acquisition.settled(this));
        }
    }

    @Override
    @Nullable Thread thread() {
        return null;
    }
}
