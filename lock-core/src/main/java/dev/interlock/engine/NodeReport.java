package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.ResourceNames;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node publishes of its own holders and waiters, for other nodes to show: a line for each that has held or waited for a
 * moment. Times are those of the store, which all nodes understand.
 */
final class NodeReport {

    private static final Logger log = LoggerFactory.getLogger(NodeReport.class);

    /** More than anybody reads; the record of a session stays small. */
    private static final int MOST = 500;

    private static final String HOLD = "hold";
    private static final String WAIT = "wait";
    private static final int WORDS = 12;

    private NodeReport() {}

    /** What this node publishes now. */
    static String of(Leases leases) {
        Instant now = leases.storeTimeRoughly();
        if (now == null) {
            return "";
        }
        try {
            return new Writing(leases, now).text();
        } catch (RuntimeException failure) {
            // an owner whose name cannot be told, for one
            log.debug("what is held here could not be told to other nodes", failure);
            return "";
        }
    }

    /** One report on its way. */
    private static final class Writing {

        private final Leases leases;
        private final Instant now;
        private final Duration least;
        private final List<String> lines = new ArrayList<>();

        Writing(Leases leases, Instant now) {
            this.leases = leases;
            this.now = now;
            this.least = Duration.ofNanos(leases.settings.publishAfter());
        }

        String text() {
            for (LocalLock lock : leases.table.locks()) {
                if (lines.size() < MOST && (lock.hasHolders() || lock.queueLength() > 0)) {
                    LockStatus status = leases.engine.describe.status(lock);
                    status.holders().stream()
                            .filter(each -> each.heldFor().compareTo(least) >= 0)
                            .forEach(this::add);
                    status.waiters().stream()
                            .filter(each -> each.waiting().compareTo(least) >= 0)
                            .forEach(this::add);
                }
            }
            return String.join("\n", lines.subList(0, Math.min(MOST, lines.size())));
        }

        private void add(LockHolder holder) {
            lines.add(Words.join(
                    HOLD,
                    holder.resource(),
                    holder.owner().name(),
                    orNothing(holder.thread()),
                    holder.mode().name(),
                    String.valueOf(holder.priority()),
                    String.valueOf(holder.fencingToken()),
                    now.minus(holder.heldFor()).toString(),
                    holder.leaseExpiresAt() == null ? "" : untilOf(holder),
                    orNothing(holder.reason()),
                    holder.method().orElse(""),
                    ""));
        }

        private String untilOf(LockHolder holder) {
            Instant acquired = holder.acquiredAt();
            Instant expires = Objects.requireNonNull(holder.leaseExpiresAt());
            return now.minus(holder.heldFor())
                    .plus(Duration.between(acquired, expires))
                    .toString();
        }

        private void add(LockWaiter waiter) {
            lines.add(Words.join(
                    WAIT,
                    waiter.resource(),
                    waiter.owner().name(),
                    orNothing(waiter.thread()),
                    waiter.mode().name(),
                    String.valueOf(waiter.priority()),
                    String.valueOf(waiter.position()),
                    now.minus(waiter.waiting()).toString(),
                    "",
                    orNothing(waiter.reason()),
                    waiter.method().orElse(""),
                    ""));
        }

        private static String orNothing(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    /** What another node published, by resource. A line that is not understood is left out: it may be of a later version. */
    static Map<String, LockStatus> read(String node, String backend, String published, Instant now) {
        Map<String, List<LockHolder>> holders = new LinkedHashMap<>();
        Map<String, List<LockWaiter>> waiters = new LinkedHashMap<>();
        for (String line : published.split("\n", -1)) {
            List<String> words = Words.split(line);
            try {
                if (words.size() == WORDS && words.get(0).equals(HOLD)) {
                    holders.computeIfAbsent(words.get(1), made -> new ArrayList<>())
                            .add(holder(node, words, now));
                } else if (words.size() == WORDS && words.get(0).equals(WAIT)) {
                    waiters.computeIfAbsent(words.get(1), made -> new ArrayList<>())
                            .add(waiter(node, words, now));
                }
            } catch (RuntimeException odd) {
                log.debug("node '{}' published what is not understood: '{}'", node, line, odd);
            }
        }
        Map<String, LockStatus> statuses = new LinkedHashMap<>();
        holders.forEach((resource, held) -> statuses.put(
                resource,
                new LockStatus(
                        resource,
                        ResourceNames.typeOf(resource),
                        backend,
                        held,
                        waiters.getOrDefault(resource, List.of()))));
        waiters.forEach((resource, waiting) -> statuses.putIfAbsent(
                resource, new LockStatus(resource, ResourceNames.typeOf(resource), backend, List.of(), waiting)));
        return statuses;
    }

    private static LockHolder holder(String node, List<String> words, Instant now) {
        Instant since = Instant.parse(words.get(7));
        return new LockHolder(
                words.get(1),
                LockOwner.named(words.get(2)),
                node,
                orNull(words.get(3)),
                LockMode.valueOf(words.get(4)),
                Integer.parseInt(words.get(5)),
                Long.parseLong(words.get(6)),
                since,
                ago(since, now),
                words.get(8).isEmpty() ? null : Instant.parse(words.get(8)),
                null,
                orNull(words.get(9)),
                method(words.get(10)),
                List.of());
    }

    private static LockWaiter waiter(String node, List<String> words, Instant now) {
        Instant since = Instant.parse(words.get(7));
        return new LockWaiter(
                words.get(1),
                LockOwner.named(words.get(2)),
                node,
                orNull(words.get(3)),
                LockMode.valueOf(words.get(4)),
                Integer.parseInt(words.get(5)),
                Integer.parseInt(words.get(6)),
                since,
                ago(since, now),
                orNull(words.get(9)),
                method(words.get(10)));
    }

    private static Duration ago(Instant since, Instant now) {
        Duration ago = Duration.between(since, now);
        return ago.isNegative() ? Duration.ZERO : ago;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Map<String, String> method(String method) {
        return method.isEmpty() ? Map.of() : Map.of(LockRequest.METHOD, method);
    }
}
