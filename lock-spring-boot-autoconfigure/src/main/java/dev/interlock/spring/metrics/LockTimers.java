package dev.interlock.spring.metrics;

import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.ResourceNames;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/** Times each wait and each hold. It hears of them at the side, and what it misses under overload is missing in the timers. */
final class LockTimers implements LockListener {

    static final String WAIT = "interlock.wait";
    static final String HOLD = "interlock.hold";

    private static final int MAX_OWNERS = 1000;
    private static final String OTHER_OWNERS = "(other)";

    private static final Duration[] BUCKETS = LongStream.of(
                    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final TimedEvents timed;
    private final boolean ownerTag;
    private final Set<String> owners = ConcurrentHashMap.newKeySet();
    private final List<Timers> registries = new CopyOnWriteArrayList<>();

    LockTimers(TimedEvents timed, boolean ownerTag) {
        this.timed = timed;
        this.ownerTag = ownerTag;
    }

    /** Times the locks of this manager, if it tells of them. */
    void listenTo(LockManager locks) {
        if (timed.any() && locks instanceof InterlockManager telling) {
            telling.listen(this);
        }
    }

    void recordIn(BoundMeters meters) {
        registries.add(new Timers(meters));
    }

    @Override
    public boolean wants(Class<? extends LockEvent> type) {
        boolean ends = type == LockEvent.Released.class
                || type == LockEvent.Expired.class
                || type == LockEvent.ForceReleased.class;
        return (timed.waits() && type == LockEvent.Acquired.class) || (timed.holds() && ends);
    }

    @Override
    public void onEvent(LockEvent event) {
        if (event instanceof LockEvent.Acquired acquired) {
            record(WAIT, event, acquired.waited());
        } else if (event instanceof LockEvent.Released released) {
            record(HOLD, event, released.held());
        } else if (event instanceof LockEvent.Expired expired) {
            record(HOLD, event, expired.held());
        } else if (event instanceof LockEvent.ForceReleased taken) {
            record(HOLD, event, taken.held());
        }
    }

    private void record(String name, LockEvent event, Duration time) {
        String type = ResourceNames.typeOf(event.resource());
        String owner = ownerTag ? meteredOwner(event.owner().name()) : "";
        for (Timers each : registries) {
            each.timer(new Key(name, type, event.mode(), owner)).record(time);
        }
    }

    /** Owners may be without number, and each would be a meter for good. */
    private String meteredOwner(String owner) {
        boolean known = owners.contains(owner) || (owners.size() < MAX_OWNERS && owners.add(owner));
        return known ? owner : OTHER_OWNERS;
    }

    /** What has a timer of its own. */
    private record Key(String name, String type, LockMode mode, String owner) {}

    /** The timers of one registry. */
    private static final class Timers {

        private final BoundMeters meters;
        private final Map<Key, Timer> known = new ConcurrentHashMap<>();

        Timers(BoundMeters meters) {
            this.meters = meters;
        }

        Timer timer(Key asked) {
            Timer timer = known.get(asked);
            if (timer != null) {
                return timer;
            }
            Key key = new Key(asked.name(), meters.meteredType(asked.type()), asked.mode(), asked.owner());
            return known.computeIfAbsent(key, this::made);
        }

        private Timer made(Key key) {
            Tags tags = meters.tags(key.type(), key.mode());
            return Timer.builder(key.name())
                    .description(WAIT.equals(key.name()) ? "How long granted requests waited" : "How long holds lasted")
                    .serviceLevelObjectives(BUCKETS)
                    .tags(key.owner().isEmpty() ? tags : tags.and("owner", key.owner()))
                    .register(meters.registry());
        }
    }
}
