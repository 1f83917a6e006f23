package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.SampleTest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.test.context.TestPropertySource;

/** Traffic moves money, so it has a sample of its own, whose customers have little patience. */
@SampleTest
@TestPropertySource(properties = {"sample.patience=50ms", "interlock.resources.account.timeout=50ms"})
class TrafficTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Sample sample;
    private final ApplicationContext application;

    TrafficTest(@LocalServerPort int port, @Autowired ApplicationContext application) {
        sample = new Sample(port);
        this.application = application;
    }

    @BeforeEach
    @AfterEach
    void everybodyGoesHome() {
        sample.delete("/demo/traffic").expect(200);
        await().atMost(SOON).until(() -> customers().isEmpty());
    }

    @Test
    void customersComeAndAreServedUntilTheyAreStopped() {
        Answer started = sample.post("/demo/traffic?seconds=600&threads=4").expect(200);
        assertThat(started.all())
                .containsOnlyKeys("running", "threads", "secondsLeft", "served", "busy", "refused")
                .containsEntry("running", true)
                .containsEntry("threads", 4)
                .containsEntry("secondsLeft", 600);
        assertThat(customers()).containsExactlyInAnyOrder("customer-1", "customer-2", "customer-3", "customer-4");
        awaitStatus(status -> status.number("$.served") > 50);

        Answer stopped = sample.delete("/demo/traffic").expect(200);

        assertThat(stopped.all()).containsEntry("running", false).containsEntry("secondsLeft", 0);
        await().atMost(SOON).until(() -> customers().isEmpty());
    }

    @Test
    void whoCannotHaveATurnGivesUpAndTheOthersGoOn() {
        sample.hold("account:1", "write");
        sample.post("/demo/traffic?seconds=600&threads=8").expect(200);

        awaitStatus(status -> status.number("$.busy") > 0 && status.number("$.served") > 0);

        sample.takeAway("account:1");
    }

    @Test
    void noMoneyAndNoItemIsLost() {
        BigDecimal money = money();
        int lamps = lamps();
        sample.post("/demo/traffic?seconds=600&threads=8").expect(200);
        awaitStatus(status -> status.number("$.served") > 200);

        everybodyGoesHome();

        assertThat(money()).isEqualByComparingTo(money);
        await().atMost(SOON).untilAsserted(() -> assertThat(lamps()).isEqualTo(lamps));
    }

    @Test
    void customersWriteToo() {
        int before = sample.get("/documents/1").expect(200).number("$.version");
        sample.post("/demo/traffic?seconds=600&threads=4").expect(200);

        await().atMost(SOON).until(() -> sample.get("/documents/1").expect(200).number("$.version") > before);
    }

    @Test
    void itEndsByItself() {
        sample.post("/demo/traffic?seconds=1&threads=2").expect(200);

        awaitStatus(status -> status.text("$.running").equals("false"));
        await().atMost(SOON).until(() -> customers().isEmpty());
    }

    @Test
    void aNewCrowdTakesThePlaceOfTheOld() {
        sample.post("/demo/traffic?seconds=600&threads=6").expect(200);

        sample.post("/demo/traffic?seconds=600&threads=1").expect(200);

        await().atMost(SOON).until(() -> customers().equals(Set.of("customer-1")));
    }

    @Test
    void itEndsWithTheApplication() {
        sample.post("/demo/traffic?seconds=600&threads=2").expect(200);

        application.publishEvent(new ContextClosedEvent(application));

        await().atMost(SOON).until(() -> customers().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    threads=0     | threads is 0; use 1 to 16
                    threads=17    | threads is 17; use 1 to 16
                    seconds=0     | seconds is 0; use 1 to 600
                    seconds=601   | seconds is 601; use 1 to 600
                    """)
    void trafficHasBounds(String query, String reason) {
        Answer refused = sample.post("/demo/traffic?" + query).expect(400);

        assertThat(refused.text("$.detail")).contains(reason);
        assertThat(customers()).isEmpty();
    }

    private void awaitStatus(Predicate<Answer> condition) {
        await().atMost(SOON)
                .until(() -> condition.test(sample.get("/demo/traffic").expect(200)));
    }

    private BigDecimal money() {
        return sample.get("/accounts").expect(200).texts("$[*].balance").stream()
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private int lamps() {
        return Integer.parseInt(sample.get("/stock/lamp").expect(200).body());
    }

    private static Set<String> customers() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("customer-"))
                .collect(Collectors.toSet());
    }
}
