package dev.interlock.spring.actuate;

import dev.interlock.LockMode;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.monitor.LongWait;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody who waits too long, as people read it. */
record LongWaitDescriptor(
        String resource,
        String owner,
        String node,
        @Nullable String thread,
        LockMode mode,
        Instant since,
        long waitingMs,
        @Nullable String method,
        @Nullable String reason,
        String blockedBy,
        List<LockDescriptor.Holder> holders,
        List<String> stackTrace,
        List<String> holderStackTrace) {

    static LongWaitDescriptor of(LongWait wait) {
        LockWaiter waiter = wait.waiter();
        return new LongWaitDescriptor(
                waiter.resource(),
                waiter.owner().name(),
                waiter.node(),
                waiter.thread(),
                waiter.mode(),
                waiter.since(),
                waiter.waiting().toMillis(),
                waiter.method().orElse(null),
                waiter.reason(),
                wait.blockedBy(),
                wait.holders().stream()
                        .map(each -> LockDescriptor.Holder.of(each, waiter.resource()))
                        .toList(),
                Texts.lines(wait.stackTrace()),
                Texts.lines(wait.holderStackTrace()));
    }
}
