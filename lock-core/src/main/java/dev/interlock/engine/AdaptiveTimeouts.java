package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.LogText;
import dev.interlock.engine.LockType.StatisticsSum;
import dev.interlock.engine.TimeoutRule.Suggestion;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks once a minute whether timeouts still suit what is seen, where they may adapt. */
final class AdaptiveTimeouts {

    private static final Logger log = LoggerFactory.getLogger(AdaptiveTimeouts.class);
    private static final long PERIOD = TimeUnit.MINUTES.toNanos(1);

    private final Engine engine;
    private final Rounds rounds;
    /** Of two modes each; used by one look after the other. */
    private final Map<LockType, Map<LockMode, Adaptation>> adaptations = new HashMap<>();

    AdaptiveTimeouts(Engine engine) {
        this.engine = engine;
        long period = engine.settings.adapts() ? PERIOD : 0;
        this.rounds = new Rounds(engine, period, "timeouts will not adapt", this::look);
    }

    void start() {
        rounds.start();
    }

    void stop() {
        rounds.stop();
    }

    private void look() {
        StatisticsSum.byType(engine, LockType::addTo).forEach((type, sum) -> {
            Bounds bounds = type.bounds();
            if (bounds != null) {
                adapt(type, LockMode.READ, sum, bounds);
                adapt(type, LockMode.WRITE, sum, bounds);
            }
        });
    }

    private void adapt(LockType type, LockMode mode, StatisticsSum sum, Bounds bounds) {
        boolean write = mode == LockMode.WRITE;
        long present = type.timeout(write);
        Suggestion better = adaptations
                .computeIfAbsent(type, first -> new HashMap<>())
                .computeIfAbsent(mode, first -> new Adaptation())
                .look(sum.observed(write), present, bounds);
        if (better.nanos() != present) {
            type.adapt(write, better.nanos());
            log.info(
                    "the timeout of '{}' in {} mode adapts from {} to {}: {}",
                    LogText.of(type.name),
                    mode,
                    Texts.of(Duration.ofNanos(present)),
                    Texts.of(Duration.ofNanos(better.nanos())),
                    better.facts());
        }
    }
}
