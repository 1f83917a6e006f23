package dev.interlock.engine;

import dev.interlock.spi.StampRecord;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** The stamps in memory while there is room for all: reading and replacing is like that of one cell. */
@Param(name = "stamp", gen = IntGen.class, conf = "0:2")
public class MemoryStampsLincheckTest {

    private static final String RESOURCE = "page:1";

    /** Few, so that threads often expect the same; of one version, for the other components count as much. */
    private static final StampRecord[] STAMPS = {
        new StampRecord(0, 0, null), new StampRecord(0, 1, null), new StampRecord(0, 1, "node/1")
    };

    private final MemoryStamps stamps = new MemoryStamps(1_000, 0);

    @Operation
    public String read() {
        return stamps.readStamp(RESOURCE, Duration.ZERO).toString();
    }

    @Operation
    public boolean replace(@Param(name = "stamp") int expected, @Param(name = "stamp") int next) {
        return stamps.replaceStamp(RESOURCE, STAMPS[expected], STAMPS[next], Duration.ZERO);
    }

    @Test
    void everyInterleavingReplacesOnlyWhatWasExpected() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void underStressItReplacesOnlyWhatWasExpected() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }

    /** The same without threads. */
    public static final class Specification {

        private int now;

        public String read() {
            return STAMPS[now].toString();
        }

        public boolean replace(int expected, int next) {
            boolean isExpected = now == expected;
            now = isExpected ? next : now;
            return isExpected;
        }
    }
}
