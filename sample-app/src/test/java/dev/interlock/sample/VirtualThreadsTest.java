package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample.Pending;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

@SampleTest
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads before Java 21")
@TestPropertySource(properties = "spring.threads.virtual.enabled=true")
class VirtualThreadsTest {

    private final Sample sample;

    VirtualThreadsTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void requestsAreServedByVirtualThreads() {
        sample.hold("virtual:1", "write");

        assertThat(sample.names("virtual:1", "$.holders[*].owner"))
                .singleElement()
                .asString()
                .contains("tomcat-handler-");
        sample.takeAway("virtual:1");
    }

    @Test
    void theyShareAndTakeTurns() {
        sample.hold("virtual:2", "write");
        List<Pending> requests = IntStream.range(0, 20)
                .mapToObj(n -> n % 4 == 0 ? "write" : "read")
                .map(mode -> sample.postLater("/demo/hold?resource=virtual:2&millis=0&timeout=60s&mode=" + mode))
                .toList();
        sample.awaitWaiters("virtual:2", 20);

        sample.takeAway("virtual:2");

        assertThat(requests.stream().map(each -> each.answer().expect(200).number("$.fencingToken")))
                .doesNotHaveDuplicates();
        sample.awaitFree("virtual:2");
    }

    @Test
    void methodsAreLockedAsEver() {
        List<Pending> deposits = IntStream.range(0, 40)
                .mapToObj(n -> sample.postLater("/accounts/3/deposit?amount=1"))
                .toList();

        assertThat(deposits).allSatisfy(each -> each.answer().expect(200));
        assertThat(sample.get("/accounts/3").text("$.balance")).isEqualTo("40.0");
    }
}
