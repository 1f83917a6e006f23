package dev.interlock.sample.demo;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.monitor.LockHolder;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Takes any lock by hand, for as long as one likes. */
@RestController
class DemoController {

    private final LockManager locks;
    private final Scenes scenes;

    DemoController(LockManager locks, Scenes scenes) {
        this.locks = locks;
        this.scenes = scenes;
    }

    /** Who held what, where, and after which wait. */
    record Held(String resource, String mode, String node, long fencingToken, long waitedMs) {}

    @PostMapping("/demo/hold")
    Held hold(
            @RequestParam String resource,
            @RequestParam(defaultValue = "write") String mode,
            @RequestParam(defaultValue = "1000") long millis,
            @RequestParam(required = false) @Nullable String timeout)
            throws InterruptedException {
        LockRequest request = request(resource, mode).reason("held by hand");
        if (timeout != null) {
            request = request.timeout(DurationStyle.detectAndParse(timeout, ChronoUnit.MILLIS));
        }
        if (millis < 0) {
            throw new IllegalArgumentException("millis is " + millis + "; use 0 or more");
        }
        long asked = System.nanoTime();
        try (LockHandle held = request.acquire()) {
            long waited = Duration.ofNanos(System.nanoTime() - asked).toMillis();
            String node = nodeOf(held);
            Thread.sleep(millis);
            return new Held(resource, mode.toLowerCase(Locale.ROOT), node, held.fencingToken(), waited);
        }
    }

    private LockRequest request(String resource, String mode) {
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "read" -> locks.read(resource);
            case "write" -> locks.write(resource);
            case "distributed" -> locks.distributed(resource);
            default -> throw new IllegalArgumentException("mode is '" + mode + "'; use read, write or distributed");
        };
    }

    private String nodeOf(LockHandle held) {
        return locks.monitor().holders(held.resource()).stream()
                .filter(holder -> holder.fencingToken() == held.fencingToken())
                .map(LockHolder::node)
                .findFirst()
                .orElse("lost");
    }

    @PostMapping("/demo/deadlock")
    Scenes.Deadlock deadlock(@RequestParam(defaultValue = "5s") String timeout) throws InterruptedException {
        return scenes.deadlock(DurationStyle.detectAndParse(timeout, ChronoUnit.MILLIS));
    }

    @PostMapping("/demo/near-miss")
    Scenes.NearMiss nearMiss() {
        return scenes.nearMiss();
    }
}
