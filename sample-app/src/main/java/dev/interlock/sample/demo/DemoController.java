package dev.interlock.sample.demo;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Takes any lock by hand, for as long as one likes. Not there when locks are switched off. */
@RestController
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class DemoController {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final LockManager locks;
    private final Scenes scenes;

    DemoController(LockManager locks, Scenes scenes) {
        this.locks = locks;
        this.scenes = scenes;
    }

    /** Who held what, where, and after which wait. */
    record Held(
            String resource,
            String mode,
            String node,
            @Nullable Long fencingToken,
            long waitedMs) {}

    @PostMapping("/demo/hold")
    Held hold(
            @RequestParam String resource,
            @RequestParam(defaultValue = "write") String mode,
            @RequestParam(defaultValue = "1000") long millis,
            @RequestParam(required = false) @Nullable String timeout)
            throws InterruptedException {
        LockRequest request = request(resource, mode).reason("held by hand");
        LockRequest patient = timeout == null ? request : request.timeout(duration("timeout", timeout));
        Duration span = checked(millis);
        long asked = System.nanoTime();
        try (LockHandle held = patient.acquire()) {
            long waited = System.nanoTime() - asked;
            keep(held, span);
            return new Held(
                    resource,
                    mode.toLowerCase(Locale.ROOT),
                    locks.monitor().node(),
                    tokenOf(held),
                    TimeUnit.NANOSECONDS.toMillis(waited));
        }
    }

    /** Who lost a lock that was taken away. */
    record Killed(String resource, List<String> lostBy) {}

    /** Takes a lock away from whoever holds it, as an operator can at {@code /actuator/locks}. */
    @DeleteMapping("/demo/hold")
    Killed kill(@RequestParam String resource) {
        List<String> lostBy =
                locks.monitor().forceRelease(resource, "the demonstration", "somebody pressed the button").stream()
                        .map(lost -> lost.owner().name())
                        .toList();
        if (lostBy.isEmpty()) {
            throw new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "Nobody holds '" + resource + "'. Hold it first, with POST /demo/hold.");
        }
        return new Killed(resource, lostBy);
    }

    /** Some backends have none, and say so. */
    private static @Nullable Long tokenOf(LockHandle held) {
        try {
            return held.fencingToken();
        } catch (LockException none) {
            return null;
        }
    }

    /** Ends early if the lock is taken away meanwhile, with the exception that says by whom and why. */
    private static void keep(LockHandle held, Duration span) throws InterruptedException {
        CountDownLatch lost = new CountDownLatch(1);
        held.onLost(lost::countDown);
        lost.await(span.toMillis(), TimeUnit.MILLISECONDS);
        held.ensureHeld();
    }

    private LockRequest request(String resource, String mode) {
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "read" -> locks.read(resource);
            case "write" -> locks.write(resource);
            case "distributed" -> locks.distributed(resource);
            default -> throw new IllegalArgumentException("mode is '" + mode + "'; use read, write or distributed");
        };
    }

    private static Duration checked(long millis) {
        if (millis < 0 || millis > LONGEST.toMillis()) {
            throw new IllegalArgumentException("millis is " + millis + "; use 0 to " + LONGEST.toMillis());
        }
        return Duration.ofMillis(millis);
    }

    private static Duration duration(String name, String text) {
        try {
            return DurationStyle.detectAndParse(text, ChronoUnit.MILLIS);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name + " is '" + text + "'; use a duration such as 2s or PT2S, or plain milliseconds", e);
        }
    }

    @PostMapping("/demo/deadlock")
    Scenes.Deadlock deadlock(@RequestParam(defaultValue = "5s") String timeout) throws InterruptedException {
        return scenes.deadlock(duration("timeout", timeout));
    }

    @PostMapping("/demo/near-miss")
    Scenes.NearMiss nearMiss() {
        return scenes.nearMiss();
    }
}
