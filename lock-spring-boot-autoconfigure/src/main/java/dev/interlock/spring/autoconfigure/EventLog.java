package dev.interlock.spring.autoconfigure;

import dev.interlock.LockMode;
import dev.interlock.LogText;
import dev.interlock.ResourceNames;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what happens to locks, as far as the manager does not say it itself. The first event of a kind, type and mode within a
 * minute has a line; those that follow are counted, and with the first event after that minute a line says how many they were.
 */
final class EventLog implements LockListener {

    /** The logger by which people turn it off, or up. */
    static final String NAME = "dev.interlock.events";

    /** How many sorts of events are told apart; what comes after that is one sort for each kind. */
    static final int MAX_SORTS = 1000;

    private static final Duration WHILE = Duration.ofMinutes(1);
    private static final String OTHER = "(other)";

    private final Logger log;
    private final Map<Sort, Integer> seen = new HashMap<>();
    private Instant until = Instant.MIN;

    EventLog() {
        this(LoggerFactory.getLogger(NAME));
    }

    EventLog(Logger log) {
        this.log = log;
    }

    /** What is said once. */
    private record Sort(LoggedKind<?> kind, String type, LockMode mode) {}

    @Override
    public boolean wants(Class<? extends LockEvent> type) {
        return LoggedKind.of(type)
                .map(kind -> log.isEnabledForLevel(kind.level()))
                .orElse(false);
    }

    @Override
    public void onEvent(LockEvent event) {
        LoggedKind.of(event.getClass()).ifPresent(kind -> hear(kind, event));
    }

    private void hear(LoggedKind<?> kind, LockEvent event) {
        if (!event.at().isBefore(until)) {
            seen.forEach(this::sumUp);
            seen.clear();
            until = event.at().plus(WHILE);
        }
        if (seen.merge(sort(kind, event), 1, Integer::sum) == 1) {
            say(kind, event);
        }
    }

    private Sort sort(LoggedKind<?> kind, LockEvent event) {
        Sort own = new Sort(kind, ResourceNames.typeOf(event.resource()), event.mode());
        return seen.size() < MAX_SORTS || seen.containsKey(own) ? own : new Sort(kind, OTHER, event.mode());
    }

    private void say(LoggedKind<?> kind, LockEvent event) {
        log.atLevel(kind.level())
                .addKeyValue("lock.event", kind.name())
                .addKeyValue("lock.resource", LogText.of(event.resource()))
                .addKeyValue("lock.type", LogText.of(ResourceNames.typeOf(event.resource())))
                .addKeyValue("lock.mode", event.mode())
                .addKeyValue("lock.owner", LogText.of(event.owner().name()))
                .log(LogText.of(kind.say(event)));
    }

    private void sumUp(Sort sort, int count) {
        if (count > 1) {
            log.atLevel(sort.kind().level())
                    .addKeyValue("lock.event", sort.kind().name())
                    .addKeyValue("lock.type", LogText.of(sort.type()))
                    .addKeyValue("lock.mode", sort.mode())
                    .addKeyValue("lock.repeated", count - 1)
                    .log(LogText.of(sort.kind().sumUp(count - 1, sort.type(), sort.mode())));
        }
    }
}
