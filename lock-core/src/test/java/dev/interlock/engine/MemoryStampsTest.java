package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.spi.StampRecord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryStampsTest {

    private static final Duration AT_ONCE = Duration.ZERO;

    @Test
    void aStampOfBeforeARestartIsNotTakenForOneOfAfterIt() {
        StampRecord before = new MemoryStamps(100, 1).readStamp("document:7", AT_ONCE);
        MemoryStamps after = new MemoryStamps(100, 2);

        assertThat(after.replaceStamp("document:7", before, new StampRecord(1, 3, null), AT_ONCE))
                .isFalse();
        assertThat(after.replaceStamp("document:7", null, new StampRecord(1, 3, null), AT_ONCE))
                .isFalse();
    }

    @Test
    void aStampThatWasForgottenIsNotTakenForOneThatNeverWas() {
        MemoryStamps stamps = new MemoryStamps(1, 1);
        StampRecord first = stamps.readStamp("a:0", AT_ONCE);
        assertThat(stamps.replaceStamp("a:0", first, new StampRecord(1, 2, null), AT_ONCE))
                .isTrue();
        for (int i = 1; i <= 1000; i++) {
            String other = "b:" + i;
            StampRecord known = stamps.readStamp(other, AT_ONCE);
            stamps.replaceStamp(other, known, new StampRecord(known.version() + 1, known.nanos() + 1, null), AT_ONCE);
        }

        assertThat(stamps.readStamp("a:0", AT_ONCE).version()).isPositive();
        assertThat(stamps.replaceStamp("a:0", first, new StampRecord(1, 2, null), AT_ONCE))
                .isFalse();
    }
}
