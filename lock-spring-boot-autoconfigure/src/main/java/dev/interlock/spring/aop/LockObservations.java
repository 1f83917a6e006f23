package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import dev.interlock.ResourceNames;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waiting and holding as observations, so that traces show both. */
final class LockObservations {

    private final ObservationRegistry registry;

    LockObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** What the caller is in, as far as the thread knows. */
    @Nullable Observation current() {
        return registry.getCurrentObservation();
    }

    /** Waiting within what the caller is in. */
    Episode waiting(LockedMethod method, List<LockRequest> requests, @Nullable Observation caller) {
        return observe("interlock.method.wait", "wait for ", method, requests, caller);
    }

    /** Holding within what the caller is in. */
    Episode holding(LockedMethod method, List<LockRequest> requests, @Nullable Observation caller) {
        return observe("interlock.method.hold", "hold ", method, requests, caller);
    }

    /** An operation on this resource within what the caller is in; how it ends, and how often it was tried, is said at its end. */
    Episode operation(OptimisticMethod method, String resource, @Nullable Observation caller) {
        if (registry.isNoop()) {
            return Episode.UNSEEN;
        }
        Observation observation = Observation.createNotStarted("interlock.operation", registry)
                .contextualName("operation on " + ResourceNames.typeOf(resource))
                .lowCardinalityKeyValues(method.tags())
                .highCardinalityKeyValue("resource", resource);
        return new Episode(caller == null ? observation : observation.parentObservation(caller), registry);
    }

    private Episode observe(
            String name, String what, LockedMethod method, List<LockRequest> requests, @Nullable Observation caller) {
        if (registry.isNoop()) {
            return Episode.UNSEEN;
        }
        Observation observation = Observation.createNotStarted(name, registry)
                .contextualName(what + method.labels().types())
                .lowCardinalityKeyValues(method.labels().tags())
                .highCardinalityKeyValue("resource", Labels.of(requests));
        // null would be taken for the wish to have no parent, where none said is the one of the thread
        return new Episode(caller == null ? observation : observation.parentObservation(caller), registry);
    }
}
