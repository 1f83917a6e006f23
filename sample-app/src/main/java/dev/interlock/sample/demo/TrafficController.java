package dev.interlock.sample.demo;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Traffic over HTTP. */
@RestController
@RequestMapping("/demo/traffic")
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class TrafficController {

    private final Traffic traffic;

    TrafficController(Traffic traffic) {
        this.traffic = traffic;
    }

    @PostMapping
    Traffic.Status start(
            @RequestParam(defaultValue = "60") int seconds, @RequestParam(defaultValue = "8") int threads) {
        return traffic.start(threads, seconds);
    }

    @DeleteMapping
    Traffic.Status stop() {
        traffic.stop();
        return traffic.status();
    }

    @GetMapping
    Traffic.Status status() {
        return traffic.status();
    }
}
