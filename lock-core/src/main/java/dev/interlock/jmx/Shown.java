package dev.interlock.jmx;

import dev.interlock.jmx.LockManagerMXBean.Holder;
import dev.interlock.jmx.LockManagerMXBean.Lock;
import dev.interlock.jmx.LockManagerMXBean.Waiter;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.optimistic.Operation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the monitor answers, with the getters that JMX wants. */
final class Shown {

    private Shown() {}

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    /** An operation in words. */
    static String text(Operation operation) {
        return "%s (%s, priority %d) of '%s' on '%s': %s, %d of %d retries%s"
                .formatted(
                        operation.id(),
                        operation.kind().name(),
                        operation.priority(),
                        operation.owner().name(),
                        operation.resource(),
                        operation.status(),
                        operation.retries(),
                        operation.maxRetries(),
                        operation.why() == null ? "" : "; " + operation.why());
    }

    /** A resource. */
    record OfLock(LockStatus status) implements Lock {

        @Override
        public String getResource() {
            return status.resource();
        }

        @Override
        public String getBackend() {
            return status.backend();
        }

        @Override
        public List<Holder> getHolders() {
            return status.holders().stream().<Holder>map(OfHolder::new).toList();
        }

        @Override
        public List<Waiter> getWaiters() {
            return status.waiters().stream().<Waiter>map(OfWaiter::new).toList();
        }
    }

    /** Who holds it. */
    record OfHolder(LockHolder holder) implements Holder {

        @Override
        public String getResource() {
            return holder.resource();
        }

        @Override
        public String getOwner() {
            return holder.owner().name();
        }

        @Override
        public String getNode() {
            return holder.node();
        }

        @Override
        public String getMode() {
            return holder.mode().name();
        }

        @Override
        public long getFencingToken() {
            return holder.fencingToken();
        }

        @Override
        public String getAcquiredAt() {
            return holder.acquiredAt().toString();
        }

        @Override
        public long getHeldMs() {
            return holder.heldFor().toMillis();
        }

        @Override
        public @Nullable String getLeaseExpiresAt() {
            return text(holder.leaseExpiresAt());
        }

        @Override
        public @Nullable String getKeptUntil() {
            return text(holder.keptUntil());
        }

        @Override
        public @Nullable String getMethod() {
            return holder.method().orElse(null);
        }

        @Override
        public @Nullable String getReason() {
            return holder.reason();
        }
    }

    /** Who waits for it. */
    record OfWaiter(LockWaiter waiter) implements Waiter {

        @Override
        public String getOwner() {
            return waiter.owner().name();
        }

        @Override
        public String getNode() {
            return waiter.node();
        }

        @Override
        public String getMode() {
            return waiter.mode().name();
        }

        @Override
        public int getPriority() {
            return waiter.priority();
        }

        @Override
        public int getPosition() {
            return waiter.position();
        }

        @Override
        public long getWaitingMs() {
            return waiter.waiting().toMillis();
        }

        @Override
        public @Nullable String getMethod() {
            return waiter.method().orElse(null);
        }

        @Override
        public @Nullable String getReason() {
            return waiter.reason();
        }
    }
}
