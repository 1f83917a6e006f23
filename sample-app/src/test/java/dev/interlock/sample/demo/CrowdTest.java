package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.sample.Sample;
import dev.interlock.sample.SampleTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** Customers who would stay for minutes: so they go because it is over, and not because they are done. */
@SampleTest
@TestPropertySource(
        properties = {
            "sample.patience=10m",
            "sample.stocktaking=10m",
            "interlock.resources.account.timeout=10m",
            "interlock.resources.stock.timeout=10m"
        })
class CrowdTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final List<String> SHELVES =
            List.of("account:1", "account:2", "account:3", "stock:lamp", "stock:desk", "stock:chair", "stock:screw");

    private final Sample sample;

    CrowdTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @AfterEach
    void everybodyGoesHome() {
        sample.delete("/demo/traffic").expect(200);
        await().atMost(SOON).until(() -> customers().isEmpty());
    }

    @Test
    void whoeverIsStillBusyBelongsToTheNextCrowd() {
        SHELVES.forEach(each -> sample.hold(each, "write"));
        start(4);
        await().atMost(SOON).until(() -> waiting() == 4);

        for (int again = 0; again < 5; again++) {
            start(4);
            assertThat(customers()).containsExactlyInAnyOrder("customer-1", "customer-2", "customer-3", "customer-4");
        }
        start(1);
        SHELVES.forEach(sample::takeAway);

        await().atMost(SOON).until(() -> customers().equals(List.of("customer-1")));
        await().atMost(SOON).until(() -> sample.get("/demo/traffic").number("$.served") > 0);
    }

    @Test
    void whoTakesStockStopsAsSoonAsItIsOver() {
        start(8);
        await().atMost(SOON).until(() -> locks("$.locks[*].holders[*].reason").contains("stocktaking"));

        sample.delete("/demo/traffic").expect(200);

        await().atMost(SOON).until(() -> customers().isEmpty());
    }

    private void start(int threads) {
        sample.post("/demo/traffic?seconds=600&threads=" + threads).expect(200);
    }

    private int waiting() {
        return locks("$.locks[*].waiters[*].owner").size();
    }

    private List<String> locks(String path) {
        return sample.get("/actuator/locks").expect(200).texts(path);
    }

    private static List<String> customers() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("customer-"))
                .toList();
    }
}
