package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.engine.TimeoutRule.Suggestion;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which timeout and which lease suits what has been seen: each line is a case. */
class TimeoutRuleTest {

    /** Written {@code 500x20ms 3x1s}: so many of each length; {@code -} for none. */
    private static Spread spread(String text) {
        Spread all = Spread.NONE;
        for (String each : text.split(" ", -1)) {
            if (!each.equals("-")) {
                String[] parts = each.split("x", 2);
                all = all.plus(SpreadTest.of(Integer.parseInt(parts[0]), nanos(parts[1])));
            }
        }
        return all;
    }

    private static long nanos(String text) {
        if (text.equals("-")) {
            return 0;
        }
        return text.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(text.replace("ms", ""))).toNanos()
                : Duration.parse("PT" + text).toNanos();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # waits                | timed out | holds in the way     | present | suggested | because
                    # too little is known
                    99x0s                  | -         | 99x1ms               | 30s     | -         | there were only 99.
                    40x1s                  | 20x30s    | -                    | 30s     | -         | only 60 (20 of 60 timed out)
                    1000x1s                | -         | 1000x1s              | -       | -         | Requests do not wait
                    # nothing comes near the timeout
                    1000x0s                | -         | 1000x1ms             | 30s     | 100ms     | Lower the timeout from 30s, for nothing comes near that
                    990x0s 20x200ms        | -         | 1000x50ms            | 30s     | 500ms     | 99 of 100 requests waited at most
                    1000x0s                | -         | 1000x1ms 1x3s        | 30s     | 5s        | and the longest 3s
                    10000x0s 1x3s          | -         | 10000x1ms            | 30s     | 5s        | and the longest 3s
                    # it fits
                    1000x0s                | -         | 1000x1ms 1x6s        | 15s     | 15s       | Keep the timeout of 15s
                    970x0s 30x2s           | -         | 1000x500ms           | 5s      | 5s        | Keep the timeout of 5s
                    # it is too short for the waits there are
                    970x0s 30x4s           | -         | 1000x100ms           | 5s      | 10s       | Raise the timeout from 5s
                    # too many time out: their waits are not known, and the timeout that fails is not suggested again
                    900x0s                 | 100x1s    | 1000x50ms            | 1s      | 2s        | it is only known that waits are longer than 1s (100 of 1000 timed out)
                    -                      | 200x30s   | -                    | 30s     | 1M        | it is only known
                    900x0s                 | 100x50ms  | 1000x1ms             | 30s     | 30s       | it is only known that waits are longer than 50ms
                    # a few time out: that is no sign of short waits
                    10000x0s               | 3x30s     | 1000x1ms             | 30s     | 30s       | (3 of 10003 timed out)
                    # those with shorter timeouts of their own say nothing against the common one
                    10000x0s               | 3x50ms    | 1000x1ms             | 30s     | 100ms     | (3 of 10003 timed out)
                    # holds in the way last long, although nobody has waited yet
                    1000x0s                | -         | 1000x20s             | 30s     | 1M        | of the holds they wait for 99 of 100 lasted at most
                    1000x0s                | -         | 980x1s 20x5s 1x40s   | 30s     | 1M        | the longest 40s
                    # a single stuck hold makes no timeout longer, nor any shorter
                    1000x0s                | -         | 1000x1ms 1x10M       | 30s     | 30s       | look at what holds so long
                    900x0s                 | 100x1s    | 1000x10ms 1x10M      | 1s      | 2s        | look at what holds so long
                    # few holds do not raise it
                    10000x0s               | -         | 3x20s                | 30s     | 30s       | Keep the timeout of 30s
                    """)
    void aTimeoutSuitsWhatHasBeenSeen(
            String waits, String timedOut, String holds, String present, String suggested, String because) {
        Observed seen = new Observed(spread(waits), spread(timedOut), Spread.NONE, spread(holds));

        Suggestion suggestion = TimeoutRule.timeout(seen, nanos(present));

        assertThat(suggestion.nanos()).as(suggestion.reason()).isEqualTo(nanos(suggested));
        assertThat(suggestion.reason()).contains(because);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # holds                | ran out | present | suggested | because
                    99x1s                  | 0       | 30s     | -         | there were only 99.
                    99x1s                  | 7       | 30s     | -         | only 99 (7 ran out of their lease
                    # there is none
                    1000x150ms             | 0       | -       | 1s        | If holds are to end by themselves, give them a lease
                    980x10ms 20x300ms 1x1s | 0       | -       | 2s        | the longest 1s
                    # a stuck hold is what a lease is there to end
                    1000x100ms 1x1H        | 0       | -       | 2s        | the longest 3600s
                    # it fits
                    1000x2s                | 0       | 20s     | 20s       | Keep the lease of 20s
                    # it is too short
                    1000x5s                | 0       | 10s     | 30s       | Raise the lease from 10s
                    900x1s 100x10s         | 100     | 10s     | 1M        | (100 ran out of their lease, and were meant to last longer)
                    1000x100ms 2x10s       | 2       | 10s     | 10s       | (2 ran out of their lease
                    # a hold was extended beyond it
                    1000x100ms 1x40s       | 0       | 30s     | 30s       | longer than the lease, so look at what holds so long
                    # nothing comes near it
                    1000x10ms 1x200ms      | 0       | 30s     | 500ms     | Lower the lease from 30s
                    """)
    void aLeaseOutlastsProperHolds(String holds, long ranOut, String present, String suggested, String because) {
        Suggestion suggestion = TimeoutRule.lease(spread(holds), ranOut, nanos(present));

        assertThat(suggestion.nanos()).as(suggestion.reason()).isEqualTo(nanos(suggested));
        assertThat(suggestion.reason()).contains(because);
    }

    @ParameterizedTest
    @CsvSource({"1ms,100ms", "100ms,100ms", "101ms,200ms", "900ms,1s", "21s,30s", "31s,1M", "3H,5H", "25H,25H"})
    void numbersAreThoseThatPeopleWouldSet(String need, String rounded) {
        assertThat(TimeoutRule.rounded(nanos(need))).isEqualTo(nanos(rounded));
    }

    @Test
    void aTimeoutWithoutEndIsTooLongAsWell() {
        Observed seen = new Observed(spread("1000x0s"), Spread.NONE, Spread.NONE, spread("1000x1ms"));

        assertThat(TimeoutRule.timeout(seen, Options.FOR_EVER).nanos()).isEqualTo(nanos("100ms"));
    }
}
