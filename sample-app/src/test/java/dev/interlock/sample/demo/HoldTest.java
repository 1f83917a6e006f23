package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.Sample.Pending;
import dev.interlock.sample.SampleTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

@SampleTest
class HoldTest {

    private final Sample sample;

    HoldTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "write", "distributed"})
    void answersWithWhatWasHeldWhereAndAfterWhichWait(String mode) {
        Answer held = sample.post("/demo/hold?resource=hold:answer&mode=" + mode + "&millis=0")
                .expect(200);

        assertThat(held.all())
                .containsOnlyKeys("resource", "mode", "node", "fencingToken", "waitedMs")
                .containsEntry("resource", "hold:answer")
                .containsEntry("mode", mode)
                .containsEntry("node", sample.get("/actuator/locks").text("$.node"));
        assertThat(held.number("$.fencingToken")).isPositive();
        assertThat(held.number("$.waitedMs")).isNotNegative();
    }

    @Test
    void readersShare() {
        sample.hold("hold:shared", "read");
        sample.hold("hold:shared", "read");

        assertThat(sample.names("hold:shared", "$.holders[*].mode")).containsExactly("READ", "READ");
        assertThat(sample.waiters("hold:shared")).isZero();
        sample.takeAway("hold:shared");
    }

    @Test
    void aWriterIsAlone() {
        sample.hold("hold:alone", "write");

        sample.post("/demo/hold?resource=hold:alone&mode=read&timeout=0").expect(409);
        sample.post("/demo/hold?resource=hold:alone&mode=write&timeout=0").expect(409);
        sample.takeAway("hold:alone");
    }

    @Test
    void whoeverWaitsIsNextAndHasAHigherToken() {
        int first = sample.post("/demo/hold?resource=hold:next&millis=0").number("$.fencingToken");
        sample.hold("hold:next", "write");
        Pending next = sample.postLater("/demo/hold?resource=hold:next&millis=0&timeout=60s");
        sample.awaitWaiters("hold:next", 1);

        sample.takeAway("hold:next");

        assertThat(next.answer().expect(200).number("$.fencingToken")).isGreaterThan(first + 1);
    }

    @Test
    void aTimeoutSaysWhoHoldsAndHowManyWait() {
        sample.hold("hold:late", "write");
        String holder = sample.names("hold:late", "$.holders[*].owner").get(0);
        sample.postLater("/demo/hold?resource=hold:late&millis=0&timeout=60s");
        sample.awaitWaiters("hold:late", 1);

        Answer late = sample.post("/demo/hold?resource=hold:late&mode=read&timeout=50")
                .expect(409);

        assertThat(late.text("$.title")).isEqualTo("Somebody else is at it");
        assertThat(late.text("$.detail"))
                .contains("could not READ-lock 'hold:late' within 50ms")
                .contains("held by '" + holder + "' in WRITE mode")
                .contains("(held by hand)")
                .contains("1 other");
        sample.takeAway("hold:late");
    }

    @Test
    void aHolderWhoseLockIsTakenAwayIsToldAtOnce() {
        Pending held = sample.hold("hold:taken", "write");

        sample.delete("/actuator/locks?resource=hold:taken&reason=the+rebuild").expect(200);

        Answer told = held.answer().expect(410);
        assertThat(told.text("$.title")).isEqualTo("The lock was taken away");
        assertThat(told.text("$.detail")).contains("hold:taken").contains("the rebuild");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2s", "PT2S", "2000", "0"})
    void aTimeoutIsWrittenAsADurationOrInMilliseconds(String timeout) {
        sample.post("/demo/hold?resource=hold:written&millis=0&timeout=" + timeout)
                .expect(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    resource=                            | the resource name is blank
                    resource=%20                         | the resource name is blank
                    mode=read                            | Required parameter 'resource' is not present
                    resource=hold:bad&mode=xyz           | mode is 'xyz'; use read, write or distributed
                    resource=hold:bad&millis=-5          | millis is -5; use 0 to 600000
                    resource=hold:bad&millis=600001      | millis is 600001; use 0 to 600000
                    resource=hold:bad&millis=abc         | Failed to convert 'millis' with value: 'abc'
                    resource=hold:bad&timeout=abc        | timeout is 'abc'; use a duration such as 2s or PT2S
                    resource=hold:bad&timeout=           | timeout is ''; use a duration
                    resource=hold:bad&timeout=99999999999999999999s | timeout is '99999999999999999999s'
                    resource=hold:bad&timeout=-2s        | the timeout must not be negative
                    """)
    void whatCannotBeHeldIsRefusedWithTheReason(String query, String reason) {
        Answer refused = sample.post("/demo/hold?" + query).expect(400);

        assertThat(refused.text("$.detail")).contains(reason);
    }

    @Test
    void aNameThatIsTooLongIsRefusedWithTheReason() {
        Answer refused =
                sample.post("/demo/hold?resource=hold:" + "x".repeat(400)).expect(400);

        assertThat(refused.text("$.detail")).contains("has 405 characters, and 255 are allowed");
    }
}
