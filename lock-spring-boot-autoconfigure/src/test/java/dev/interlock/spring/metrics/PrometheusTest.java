package dev.interlock.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockManager;
import dev.interlock.spring.actuate.RunningApplication;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

@Timeout(60)
class PrometheusTest {

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void theScrapeTellsAllMeters() {
        try (RunningApplication application =
                RunningApplication.start(WebApplicationType.SERVLET, Application.class, RunningApplication.PLAIN)) {
            LockManager locks = application.locks();
            locks.write("account:4711").run(() -> {});
            locks.read("account:4711").acquire();

            await().untilAsserted(
                            () -> assertThat(scrape(application))
                                    .contains(
                                            "interlock_acquisitions_total{backend=\"memory\",mode=\"read\",type=\"account\"} 1.0",
                                            "interlock_acquisitions_total{backend=\"memory\",mode=\"write\",type=\"account\"} 1.0",
                                            "interlock_releases_total{backend=\"memory\",mode=\"write\",type=\"account\"} 1.0",
                                            "interlock_contentions_total{backend=\"memory\",mode=\"write\",type=\"account\"} 0.0",
                                            "interlock_timeouts_total{backend=\"memory\",mode=\"write\",type=\"account\"} 0.0",
                                            "interlock_failures_total{backend=\"memory\",mode=\"write\",outcome=\"refused\",type=\"account\"} 0.0",
                                            "interlock_expired_holds_total{backend=\"memory\",mode=\"write\",type=\"account\"} 0.0",
                                            "interlock_lost_holds_total{backend=\"memory\",mode=\"write\",type=\"account\"} 0.0",
                                            "interlock_active_holds{backend=\"memory\",mode=\"read\",type=\"account\"} 1.0",
                                            "interlock_waiting_requests{backend=\"memory\",mode=\"read\",type=\"account\"} 0.0",
                                            "interlock_cleaned_resources_total{backend=\"memory\"} 0.0",
                                            "interlock_deadlocks_total{backend=\"memory\"} 0.0",
                                            "interlock_near_misses_total{backend=\"memory\"} 0.0",
                                            "interlock_long_waits_requests_total{backend=\"memory\"} 0.0",
                                            "interlock_long_holds_total{backend=\"memory\"} 0.0",
                                            "interlock_long_waiting_requests{backend=\"memory\"} 0.0",
                                            "interlock_long_active_holds{backend=\"memory\"} 0.0",
                                            "interlock_wait_seconds_count{backend=\"memory\",mode=\"read\",type=\"account\"} 1",
                                            "interlock_hold_seconds_count{backend=\"memory\",mode=\"write\",type=\"account\"} 1",
                                            "interlock_hold_seconds_bucket{backend=\"memory\",mode=\"write\",type=\"account\",le=\"60.0\"} 1"));
            assertThat(scrape(application)).noneMatch(line -> line.contains("4711"));
            assertThat(application.get("metrics/interlock.acquisitions").number("$.measurements[0].value"))
                    .isEqualTo(2);
        }
    }

    private static List<String> scrape(RunningApplication application) {
        return application
                .get("prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("interlock"))
                .toList();
    }
}
