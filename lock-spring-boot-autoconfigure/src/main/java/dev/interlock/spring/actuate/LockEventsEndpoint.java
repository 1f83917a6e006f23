package dev.interlock.spring.actuate;

import dev.interlock.ResourceNames;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockMonitor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** What happened recently. */
@Endpoint(id = "lockevents")
final class LockEventsEndpoint {

    private static final int MOST = 100;

    private final LockMonitor monitor;

    LockEventsEndpoint(LockMonitor monitor) {
        this.monitor = monitor;
    }

    /** The newest first. */
    record Events(List<Map<String, Object>> events) {}

    @ReadOperation
    Events events(@Nullable String resource, @Nullable String type, @Nullable String kind, @Nullable Integer limit) {
        Predicate<LockEvent> wanted = on(resource).and(ofType(type)).and(ofKind(kind));
        int most = Refusal.checkLimit("limit", limit, MOST);
        List<LockEvent> newestFirst = new ArrayList<>(monitor.history());
        Collections.reverse(newestFirst);
        return new Events(newestFirst.stream()
                .filter(wanted)
                .limit(most)
                .map(EventKind::describe)
                .toList());
    }

    private static Predicate<LockEvent> on(@Nullable String resource) {
        String named = resource == null ? null : Refusal.checkResource(resource);
        return event -> named == null || event.resource().equals(named);
    }

    private static Predicate<LockEvent> ofType(@Nullable String type) {
        return event -> type == null || ResourceNames.typeOf(event.resource()).equals(type);
    }

    private static Predicate<LockEvent> ofKind(@Nullable String kind) {
        EventKind<?> wanted = kind == null ? null : EventKind.named(kind);
        return event -> wanted == null || wanted.type().isInstance(event);
    }
}
