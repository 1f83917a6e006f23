package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;

/** Waiting and holding as observations, so that traces show both. */
final class LockObservations {

    private final ObservationRegistry registry;

    LockObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Not started yet. */
    Observation waiting(LockedMethod method, List<LockRequest> requests) {
        return observe("interlock.method.wait", "wait for ", method, requests);
    }

    /** Not started yet. */
    Observation holding(LockedMethod method, List<LockRequest> requests) {
        return observe("interlock.method.hold", "hold ", method, requests);
    }

    private Observation observe(String name, String what, LockedMethod method, List<LockRequest> requests) {
        if (registry.isNoop()) {
            return Observation.NOOP;
        }
        return Observation.createNotStarted(name, registry)
                .contextualName(what + method.labels().types())
                .lowCardinalityKeyValues(method.labels().tags())
                .highCardinalityKeyValue("resource", Labels.of(requests));
    }
}
