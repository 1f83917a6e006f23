package dev.interlock.engine;

import dev.interlock.LogText;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.monitor.LongHold;
import dev.interlock.monitor.LongWait;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of requests that have waited too long, and of holds that have lasted too long; of each once.
 *
 * <p>A timer for each wait would cost every wait, and a note of each hold every acquisition, for something that hardly ever
 * happens. So from the first lock on, and until the manager closes, somebody walks through the table a few times in the
 * time that is too long.
 */
final class LongWatch {

    private static final Logger log = LoggerFactory.getLogger(LongWatch.class);

    private static final long LEAST_PERIOD = TimeUnit.SECONDS.toNanos(1);
    /** Of so many in one walk it is said in full where they are; a stack trace stops its thread. */
    private static final int SAID_IN_FULL = 20;

    private final Engine engine;
    private final long threshold;
    private final Rounds rounds;
    private final Map<Waiter, Seen> waits = new ConcurrentHashMap<>();
    /** With what the thread of each was doing. */
    private final Map<Hold, List<StackTraceElement>> holds = new ConcurrentHashMap<>();

    private final LongAdder waitsTold = new LongAdder();
    private final LongAdder holdsTold = new LongAdder();

    LongWatch(Engine engine) {
        this.engine = engine;
        this.threshold = engine.settings.longWait();
        long period = threshold == 0 ? 0 : Math.max(LEAST_PERIOD, threshold / 4);
        this.rounds =
                new Rounds(engine, period, "nobody will tell of locks that are held or awaited too long", this::walk);
    }

    /** What was seen of a wait when it was found to be long. */
    private record Seen(String blockedBy, List<StackTraceElement> waiter, List<StackTraceElement> holder) {}

    // --- coming round ----------------------------------------------------------------------------------------------

    /** There is a lock now. */
    void start() {
        rounds.start();
    }

    void stop() {
        rounds.stop();
    }

    private void walk() {
        waits.keySet().removeIf(wait -> !wait.isWaiting());
        holds.keySet().removeIf(hold -> !hold.isOwned());
        new Walk().through(engine.locks().toList());
    }

    // --- a walk ----------------------------------------------------------------------------------------------------

    /** One walk through the locks. */
    private final class Walk {

        private final long now = engine.clock.now();
        private int found;

        void through(List<LocalLock> locks) {
            for (LocalLock lock : locks) {
                for (Hold hold : lock.holds()) {
                    if (isLong(hold.acquiredNanos()) && hold.isOwned() && !holds.containsKey(hold)) {
                        tell(hold);
                    }
                }
                if (lock.queueLength() > 0) {
                    through(lock);
                }
            }
            if (found > SAID_IN_FULL) {
                log.warn("{} more have waited, or held, too long; see LockMonitor", found - SAID_IN_FULL);
            }
        }

        private void through(LocalLock lock) {
            for (Waiter waiter : lock.waiting()) {
                if (isLong(waiter.arrived) && !waits.containsKey(waiter)) {
                    tell(waiter);
                }
            }
        }

        private boolean isLong(long since) {
            return now - since >= threshold;
        }

        private void tell(Hold hold) {
            Duration held = Duration.ofNanos(now - hold.acquiredNanos());
            List<StackTraceElement> stack = List.of();
            if (++found <= SAID_IN_FULL) {
                stack = stackOf(hold);
                log.warn(
                        "'{}' has held '{}' in {} mode for {}{}{}",
                        LogText.of(hold.owner().name()),
                        LogText.of(hold.resource()),
                        hold.mode(),
                        Texts.of(held),
                        Texts.trace("it was acquired", hold.details().stackTrace()),
                        Texts.trace("its thread is now", stack));
            }
            holds.put(hold, stack);
            holdsTold.increment();
            engine.publish(new LockEvent.LongHold(
                    hold.resource(), hold.mode(), hold.owner(), engine.clock.instant(), hold.token(), held));
        }

        private void tell(Waiter waiter) {
            Obstacle obstacle = obstacleOf(waiter);
            Duration waiting = Duration.ofNanos(now - waiter.arrived);
            Seen seen = new Seen(obstacle.words, List.of(), List.of());
            if (++found <= SAID_IN_FULL) {
                seen = new Seen(obstacle.words, stackOf(waiter.thread()), stackOf(obstacle.hold));
                say(waiter, waiting, seen, obstacle.hold);
            }
            waits.put(waiter, seen);
            waitsTold.increment();
            engine.publish(new LockEvent.LongWait(
                    engine.describe.resource(waiter),
                    waiter.options.mode,
                    waiter.owner.identity(),
                    engine.clock.instant(),
                    waiting,
                    obstacle.words));
        }

        private void say(Waiter waiter, Duration waiting, Seen seen, @Nullable Hold hold) {
            log.warn(
                    "'{}' has waited {} to {} '{}', {}{}{}{}",
                    LogText.of(waiter.owner.identity().name()),
                    Texts.of(waiting),
                    waiter.options.mode,
                    LogText.of(engine.describe.resource(waiter)),
                    LogText.of(seen.blockedBy),
                    Texts.trace("it waits", seen.waiter),
                    Texts.trace("the holder's thread is now", seen.holder),
                    Texts.trace(
                            "its hold was acquired",
                            hold == null ? List.of() : hold.details().stackTrace()));
        }
    }

    /** What keeps somebody waiting. */
    private record Obstacle(String words, @Nullable Hold hold) {}

    private Obstacle obstacleOf(Waiter waiter) {
        LocalLock lock = waiter.queue.lock;
        for (Hold hold : lock.holds()) {
            boolean kept = !hold.isOwned() && hold.mode().conflictsWith(waiter.options.mode);
            if (kept || waiter.conflictsWith(hold)) {
                String who = Texts.keeper(hold.owner(), hold.keptUntil(hold.details()));
                String how = "held in " + hold.mode() + " mode by '" + who + "'";
                return new Obstacle(how + engine.describe.sharing(waiter, hold.resource()), kept ? null : hold);
            }
        }
        for (Waiter ahead : lock.waiting()) {
            if (ahead == waiter) {
                break;
            }
            if (ahead.conflictsWith(waiter)) {
                String who = ahead.owner.identity().name();
                return new Obstacle(
                        "for which '" + who + "' waits ahead of it in " + ahead.options.mode + " mode"
                                + engine.describe.sharing(waiter, engine.describe.resource(ahead)),
                        null);
            }
        }
        return new Obstacle(elsewhere(waiter), null);
    }

    /** What is in the way on other nodes, as far as is known here. */
    private static String elsewhere(Waiter waiter) {
        Keeper keeper = waiter.queue.lock.keeper;
        if (keeper == null) {
            return "which is about to be granted";
        }
        StoreException fault = keeper.fault();
        if (fault != null) {
            return "for which the store does not answer: " + fault.getMessage();
        }
        return keeper.elsewhere().stream()
                .filter(each -> each.mode().conflictsWith(waiter.options.mode))
                .findFirst()
                .map(each -> "held in " + each.mode() + " mode by '"
                        + each.owner().name() + "' on node '" + each.node() + "'")
                .orElse("for which others come first, or which is about to be granted");
    }

    private static List<StackTraceElement> stackOf(@Nullable Hold hold) {
        return hold != null && hold.owner instanceof ThreadOwner owner ? stackOf(owner.thread()) : List.of();
    }

    private static List<StackTraceElement> stackOf(@Nullable Thread thread) {
        return thread == null ? List.of() : List.of(thread.getStackTrace());
    }

    // --- looking ---------------------------------------------------------------------------------------------------

    /** Those that have been told of, and stand. */
    List<LongWait> standing() {
        Set<LocalLock> locks = ConcurrentHashMap.newKeySet();
        waits.keySet().forEach(wait -> locks.add(wait.queue.lock));
        List<LongWait> standing = new ArrayList<>();
        for (LocalLock lock : locks) {
            int position = 0;
            for (Waiter each : lock.waiting()) {
                position++;
                Seen seen = waits.get(each);
                if (seen != null) {
                    standing.add(longWait(lock, engine.describe.waiter(each, position), seen));
                }
            }
        }
        standing.sort(
                Comparator.comparing((LongWait wait) -> wait.waiter().waiting()).reversed());
        return standing;
    }

    /** The same of holds. */
    List<LongHold> standingHolds() {
        List<LongHold> standing = new ArrayList<>();
        holds.forEach((hold, stack) -> {
            if (hold.isOwned()) {
                standing.add(new LongHold(engine.describe.holder(hold), hold.lock.queueLength(), stack));
            }
        });
        standing.sort(Comparator.comparing((LongHold hold) -> hold.holder().heldFor())
                .reversed()
                .thenComparing(LongHold::resource));
        return standing;
    }

    /** How many waits have been told of. */
    long waitsTold() {
        return waitsTold.sum();
    }

    /** How many holds have been told of. */
    long holdsTold() {
        return holdsTold.sum();
    }

    private LongWait longWait(LocalLock lock, LockWaiter waiter, Seen seen) {
        return new LongWait(waiter, engine.describe.everyHolder(lock), seen.blockedBy, seen.waiter, seen.holder);
    }
}
