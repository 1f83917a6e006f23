package dev.interlock.sample;

import dev.interlock.event.LockEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Hears what happens to locks, as any bean can, and writes down what somebody may ask about tomorrow. */
@Component
class Watchman {

    private static final Logger log = LoggerFactory.getLogger(Watchman.class);

    @EventListener
    void gaveUp(LockEvent.TimedOut event) {
        log.info(
                "'{}' gave up on '{}' after {} ms",
                event.owner().name(),
                event.resource(),
                event.waited().toMillis());
    }

    @EventListener
    void tookAway(LockEvent.ForceReleased event) {
        log.warn(
                "'{}' lost '{}' to '{}' after {} ms: {}",
                event.owner().name(),
                event.resource(),
                event.who(),
                event.held().toMillis(),
                event.why());
    }
}
