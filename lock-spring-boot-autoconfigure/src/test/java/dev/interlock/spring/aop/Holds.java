package dev.interlock.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.monitor.LockHolder;
import java.util.List;

/** What is held and awaited, as tests like to say it. */
final class Holds {

    private Holds() {}

    /** Everything that is held, such as {@code WRITE account:7}. */
    static List<String> all(LockManager locks) {
        return locks.monitor().statuses().stream()
                .flatMap(status -> status.holders().stream())
                .map(holder -> holder.mode() + " " + holder.resource())
                .sorted()
                .toList();
    }

    /** The one hold on the resource. */
    static LockHolder only(LockManager locks, String resource) {
        List<LockHolder> holders = locks.monitor().holders(resource);
        assertThat(holders).hasSize(1);
        return holders.get(0);
    }

    /** A hold of somebody else, who is no thread. */
    static LockHandle elsewhere(LockManager locks, String resource) {
        return locks.write(resource).owner(LockOwner.named("somebody")).acquire();
    }

    static void takenAway(LockManager locks, String resource) {
        locks.monitor().forceRelease(resource, "the test", "to see what happens");
    }

    static void awaitWaiters(LockManager locks, String resource, int count) {
        await().until(() -> waiters(locks, resource) == count);
    }

    static int waiters(LockManager locks, String resource) {
        return locks.monitor()
                .status(resource)
                .map(status -> status.waiters().size())
                .orElse(0);
    }

    static void awaitFree(LockManager locks, String resource) {
        await().until(() -> !locks.monitor().isLocked(resource));
    }

    /** Nobody holds anything, nobody waits. */
    static void assertNothingLeft(LockManager locks) {
        await().untilAsserted(() -> assertThat(locks.monitor().statuses()).isEmpty());
    }
}
