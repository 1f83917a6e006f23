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
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Times each wait and each hold. It hears of them at the side, and what it misses under overload is missing in the timers. */
final class LockTimers implements LockListener {

    static final String WAIT = "interlock.wait";
    static final String HOLD = "interlock.hold";

    /** How many combinations of type, mode and owner have timers of their own. */
    private static final int MAX_COMBINATIONS = 1000;

    private static final String OTHER_OWNERS = "(other)";
    private static final String ASYNC_OWNERS = "(async)";
    private static final String NO_OWNER = "";
    private static final Pattern ANONYMOUS = Pattern.compile("async-\\d+@.*", Pattern.DOTALL);

    static final Duration[] BUCKETS = LongStream.of(
                    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final TimedEvents timed;
    private final boolean ownerTag;
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
                || type == LockEvent.ForceReleased.class
                || type == LockEvent.Lost.class;
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
        } else if (event instanceof LockEvent.Lost lost) {
            record(HOLD, event, lost.held());
        }
    }

    private void record(String name, LockEvent event, Duration time) {
        String type = ResourceNames.typeOf(event.resource());
        String owner = ownerTag ? tagOf(event.owner().name()) : NO_OWNER;
        for (Timers each : registries) {
            each.timer(new Key(name, type, event.mode(), owner)).record(time);
        }
    }

    /** Each asynchronous call that names no owner has one of its own. */
    private static String tagOf(String owner) {
        return ANONYMOUS.matcher(owner).matches() ? ASYNC_OWNERS : owner;
    }

    /** What has a timer of its own. */
    private record Key(String name, String type, LockMode mode, String owner) {}

    /** What has timers with an owner of their own. */
    private record Combination(String type, LockMode mode, String owner) {}

    /** The timers of one registry. */
    private static final class Timers {

        private final BoundMeters meters;
        private final Map<Key, Timer> known = new ConcurrentHashMap<>();
        private final Set<Combination> combinations = ConcurrentHashMap.newKeySet();

        Timers(BoundMeters meters) {
            this.meters = meters;
        }

        Timer timer(Key asked) {
            Timer timer = known.get(asked);
            if (timer != null) {
                return timer;
            }
            MeteredType type = meters.meteredType(asked.type());
            String owner = meteredOwner(new Combination(type.name(), asked.mode(), asked.owner()));
            return known.computeIfAbsent(
                    new Key(asked.name(), type.name(), asked.mode(), owner), key -> made(key, type));
        }

        /** Owners may be without number, and each would be a meter for good in every type. */
        private String meteredOwner(Combination asked) {
            boolean own = asked.owner().equals(NO_OWNER)
                    || combinations.contains(asked)
                    || (combinations.size() < MAX_COMBINATIONS && combinations.add(asked));
            return own ? asked.owner() : OTHER_OWNERS;
        }

        private Timer made(Key key, MeteredType type) {
            Tags tags = BoundMeters.tags(type, key.mode());
            return Timer.builder(key.name())
                    .description(WAIT.equals(key.name()) ? "How long granted requests waited" : "How long holds lasted")
                    .serviceLevelObjectives(BUCKETS)
                    .tags(key.owner().isEmpty() ? tags : tags.and("owner", key.owner()))
                    .register(meters.registry());
        }
    }
}
