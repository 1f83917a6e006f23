package dev.interlock.spring.aop;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes down what is observed, in the order in which it happens. */
final class ObservedEpisodes implements ObservationHandler<Observation.Context> {

    private final List<String> events = new ArrayList<>();
    private final List<Observation.Context> contexts = new ArrayList<>();

    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }

    @Override
    public synchronized void onStart(Observation.Context context) {
        contexts.add(context);
        events.add("start " + context.getName());
    }

    @Override
    public synchronized void onError(Observation.Context context) {
        events.add("error of " + context.getName());
    }

    @Override
    public synchronized void onStop(Observation.Context context) {
        events.add("stop " + context.getName());
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    synchronized long count(String event) {
        return events.stream().filter(event::equals).count();
    }

    /** The first of this name. */
    synchronized Observation.Context get(String name) {
        return contexts.stream()
                .filter(each -> name.equals(each.getName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + events));
    }

    /** What the first of this name happened in. */
    @Nullable String parentOf(String name) {
        return Optional.ofNullable(get(name).getParentObservation())
                .map(parent -> parent.getContextView().getName())
                .orElse(null);
    }
}
