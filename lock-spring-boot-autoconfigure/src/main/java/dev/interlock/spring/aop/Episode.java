package dev.interlock.spring.aop;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A time of waiting or holding, as observed by others. It begins and ends once, whoever says so; and what the observers throw is
 * logged, for no lock may stay held because somebody who looked on has failed.
 */
final class Episode {

    /** What nobody observes. */
    static final Episode UNSEEN = new Episode(Observation.NOOP, ObservationRegistry.NOOP);

    private static final Logger log = LoggerFactory.getLogger(Episode.class);

    private enum State {
        AHEAD,
        RUNNING,
        OVER
    }

    private final Observation observation;
    private final ObservationRegistry registry;
    private final AtomicReference<State> state = new AtomicReference<>(State.AHEAD);

    Episode(Observation observation, ObservationRegistry registry) {
        this.observation = observation;
        this.registry = registry;
    }

    boolean isSeen() {
        return !observation.isNoop();
    }

    boolean isRunning() {
        return isSeen() && state.get() == State.RUNNING;
    }

    Observation observation() {
        return observation;
    }

    Episode start() {
        if (isSeen() && state.compareAndSet(State.AHEAD, State.RUNNING)) {
            safely(observation::start);
        }
        return this;
    }

    Episode error(Throwable failure) {
        if (isRunning()) {
            safely(() -> observation.error(failure));
        }
        return this;
    }

    /** Something happens in it. */
    Episode event(String name, String words) {
        if (isRunning()) {
            safely(() -> observation.event(Observation.Event.of(name, words)));
        }
        return this;
    }

    /** What is known of it only at its end. */
    Episode tags(KeyValues low, KeyValues high) {
        if (isRunning()) {
            safely(() -> observation.lowCardinalityKeyValues(low).highCardinalityKeyValues(high));
        }
        return this;
    }

    /** Ends it, or sees to it that it never begins. */
    void stop() {
        if (isSeen() && state.getAndSet(State.OVER) == State.RUNNING) {
            safely(observation::stop);
        }
    }

    /** Makes it the current observation of this thread, until what this answers is closed. */
    Current makeCurrent() {
        if (!isSeen()) {
            return Current.NONE;
        }
        Observation.Scope before = registry.getCurrentObservationScope();
        Observation.Scope scope = Observation.Scope.NOOP;
        try {
            scope = observation.openScope();
        } catch (Throwable failure) {
            complain(failure);
            registry.setCurrentObservationScope(before);
        }
        return new Current(registry, scope, before);
    }

    /** What is current in a thread. Closing it restores what was before, even if an observer fails half-way. */
    record Current(ObservationRegistry registry, Observation.Scope scope, Observation.@Nullable Scope before)
            implements AutoCloseable {

        private static final Current NONE = new Current(ObservationRegistry.NOOP, Observation.Scope.NOOP, null);

        @Override
        public void close() {
            if (!registry.isNoop()) {
                safely(scope::close);
                registry.setCurrentObservationScope(before);
            }
        }
    }

    private static void safely(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable failure) {
            complain(failure);
        }
    }

    private static void complain(Throwable failure) {
        log.warn("an observer of locked methods has failed; the method goes on", failure);
    }
}
