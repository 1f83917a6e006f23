package dev.interlock.engine;

import dev.interlock.LockAttempt;
import dev.interlock.LockException;
import dev.interlock.LockMode;
import dev.interlock.LockStoreException;
import dev.interlock.ResourceBusyException;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockHolder;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether somebody writes what a resource depends on, for requests that ask for it.
 *
 * <p><b>After the lock has been had.</b> Whoever began to write a dependency before that, and writes still when the look is over, is
 * noticed: he holds all the time, on this node or on another, and so both when this node's locks are looked at and when the records are read. A look
 * before the lock was had would miss whoever begins between the two, even if the request then waits for an hour.
 *
 * <p><b>Other nodes.</b> What they hold is in the records, all of which are read by one question. Only if there is an exclusive lease
 * of another session is it asked, too, which sessions live: those that do not hold nothing. A lease is a node's, on a lock: which owner
 * writes, on which key of a stripe, and whether they only read at the moment, is not known here, so it counts.
 */
final class DependencyCheck {

    private final Engine engine;
    private final DependencyGraph graph;

    DependencyCheck(Engine engine, DependencyGraph graph) {
        this.engine = engine;
        this.graph = graph;
    }

    /** What has been acquired under this name, and is to be held only if nobody writes what it depends on. */
    record Subject(String resource, Hold hold) {}

    /** Somebody writes what this one depends on. */
    private record Busy(Subject subject, String dependency, List<LockHolder> writers) {}

    /**
     * Throws if somebody else writes what one of these depends on. The holds are the caller's to give back.
     *
     * @param own who does not count
     * @param began when they were asked for
     * @param timeout for how long that might take altogether
     */
    void check(List<Subject> subjects, Set<Owner> own, long began, long timeout) {
        if (graph.size() == 0) {
            return;
        }
        Map<LockTable, List<Subject>> byTable =
                subjects.stream().collect(Collectors.groupingBy(each -> engine.table(each.hold().options)));
        byTable.forEach((table, some) -> {
            Map<String, Subject> dependencies = dependenciesOf(some);
            Busy busy = here(dependencies, own);
            if (busy == null && table.leases != null && !dependencies.isEmpty()) {
                busy = elsewhere(table.leases, dependencies, began, timeout);
            }
            if (busy != null) {
                throw refused(busy, began);
            }
        });
    }

    /** Each with the first that depends on it. */
    private Map<String, Subject> dependenciesOf(List<Subject> subjects) {
        Map<String, Subject> dependencies = new LinkedHashMap<>();
        for (Subject subject : subjects) {
            graph.transitive(subject.resource()).forEach(each -> dependencies.putIfAbsent(each, subject));
        }
        return dependencies;
    }

    /** Lets this look for these, aside if that may take as long as a store, and runs what it answers. */
    void lookAside(List<Request> asking, Supplier<Runnable> look) {
        Leases leases = asking.stream()
                .map(each -> engine.table(each.options).leases)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        Runnable whole = () -> engine.complete(look.get());
        if (leases == null) {
            look.get().run();
        } else if (!leases.couldGoAside(whole)) {
            engine.complete(whole);
        }
    }

    // --- this node -------------------------------------------------------------------------------------------------

    private @Nullable Busy here(Map<String, Subject> dependencies, Set<Owner> own) {
        for (Map.Entry<String, Subject> each : dependencies.entrySet()) {
            List<LockHolder> writers = writersHere(each.getKey(), own);
            if (!writers.isEmpty()) {
                return new Busy(each.getValue(), each.getKey(), writers);
            }
        }
        return null;
    }

    private List<LockHolder> writersHere(String resource, Set<Owner> own) {
        return engine.locks(resource).stream()
                .flatMap(lock -> lock.holds().stream())
                .filter(hold -> hold.isWrite() && hold.isOn(resource) && !(hold.isOwned() && own.contains(hold.owner)))
                .map(engine.describe::holder)
                .toList();
    }

    // --- other nodes -----------------------------------------------------------------------------------------------

    private @Nullable Busy elsewhere(Leases leases, Map<String, Subject> dependencies, long began, long timeout) {
        try {
            return asking(leases, began, timeout, patience -> elsewhere(leases, dependencies, patience));
        } catch (StoreException failure) {
            Subject first = dependencies.values().iterator().next();
            throw new LockStoreException(
                    called(first) + ", because it cannot be seen whether other nodes write what it depends on: "
                            + failure.getMessage(),
                    attempt(first, began),
                    failure);
        }
    }

    private @Nullable Busy elsewhere(Leases leases, Map<String, Subject> dependencies, Duration patience) {
        Map<RecordKey, List<Lease>> written = writtenElsewhere(leases, dependencies.keySet(), patience);
        if (written.isEmpty()) {
            return null;
        }
        Set<String> alive =
                leases.store.sessions(patience).stream().map(SessionInfo::id).collect(Collectors.toSet());
        Instant now = leases.storeTimeRoughly();
        for (Map.Entry<String, Subject> each : dependencies.entrySet()) {
            RecordKey key = keyOf(each.getKey());
            List<LockHolder> writers = written.getOrDefault(key, List.of()).stream()
                    .filter(lease -> alive.contains(lease.session()) && !isOver(lease, now))
                    .map(lease -> engine.describe.holder(key.resource(), lease, now))
                    .toList();
            if (!writers.isEmpty()) {
                return new Busy(each.getValue(), each.getKey(), writers);
            }
        }
        return null;
    }

    /** The exclusive leases of other sessions, whether these live or not. */
    private Map<RecordKey, List<Lease>> writtenElsewhere(Leases leases, Set<String> resources, Duration patience) {
        Set<RecordKey> keys = resources.stream().map(this::keyOf).collect(Collectors.toSet());
        NodeSession mine = leases.sessionIfAny();
        String self = mine == null ? "" : mine.id;
        Map<RecordKey, List<Lease>> written = new HashMap<>();
        for (LockRecord each : leases.store.read(keys, patience)) {
            List<Lease> others = each.leases().stream()
                    .filter(lease ->
                            lease.mode() == LockMode.WRITE && !lease.session().equals(self))
                    .toList();
            if (!others.isEmpty()) {
                written.put(each.key(), others);
            }
        }
        return written;
    }

    private RecordKey keyOf(String resource) {
        return new RecordKey(engine.lockName(resource));
    }

    private static boolean isOver(Lease lease, @Nullable Instant now) {
        return now != null && lease.until() != null && !lease.until().isAfter(now);
    }

    /** As often as a request asks for its lock, and within its deadline; an interrupt is for the one who waits, not for the store. */
    private <R extends @Nullable Object> R asking(
            Leases leases, long began, long timeout, Function<Duration, R> question) {
        int failed = 0;
        for (; ; ) {
            long left = began + timeout - engine.clock.now();
            Duration patience = timeout == 0 ? leases.patience() : leases.patienceUntil(leases.now() + left);
            try {
                return uninterrupted(() -> question.apply(patience));
            } catch (StoreException failure) {
                long delay = leases.settings.delayAfter(++failed);
                if (!failure.isPassing() || failed >= leases.settings.attempts() || delay >= left) {
                    throw failure;
                }
                leases.pause(delay);
            } catch (RuntimeException odd) {
                throw StoreException.passing(leases.store.describe() + " failed: " + odd, odd);
            }
        }
    }

    private static <R extends @Nullable Object> R uninterrupted(Supplier<R> call) {
        boolean interrupted = Thread.interrupted();
        try {
            return call.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // --- words -----------------------------------------------------------------------------------------------------

    private LockException refused(Busy busy, long began) {
        Subject subject = busy.subject();
        Hold hold = subject.hold();
        String why = called(subject) + ": it depends on '" + busy.dependency() + "', which " + writers(busy.writers())
                + ". Nothing is held; try again later, or wait with all(…) for this lock and a read lock on '"
                + busy.dependency() + "'";
        engine.table(hold.options).countRefusal(hold.lock.name, hold.isWrite());
        engine.publish(
                new LockEvent.Refused(subject.resource(), hold.mode(), hold.owner(), engine.clock.instant(), why));
        return new ResourceBusyException(why, attempt(subject, began), busy.dependency(), busy.writers());
    }

    private static String called(Subject subject) {
        return "'" + subject.hold().owner().name() + "' could not "
                + subject.hold().mode() + "-lock '" + subject.resource() + "'";
    }

    private LockAttempt attempt(Subject subject, long began) {
        return new LockAttempt(
                subject.resource(),
                subject.hold().mode(),
                subject.hold().owner(),
                Duration.ofNanos(engine.clock.now() - began));
    }

    private static String writers(List<LockHolder> writers) {
        return writers.stream().map(DependencyCheck::writer).collect(Collectors.joining(" and "));
    }

    private static String writer(LockHolder holder) {
        String why = holder.reason() == null ? "" : " (" + holder.reason() + ")";
        return "'" + Texts.keeper(holder.owner(), holder.keptUntil()) + "' on node '" + holder.node()
                + "' writes since " + holder.acquiredAt().truncatedTo(ChronoUnit.MILLIS) + why;
    }
}
