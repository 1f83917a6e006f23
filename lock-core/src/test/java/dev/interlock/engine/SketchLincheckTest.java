package dev.interlock.engine;

import org.jetbrains.lincheck.datastructures.LongGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** The histogram behind its spin lock. */
@Param(name = "nanos", gen = LongGen.class, conf = "1:1000")
public class SketchLincheckTest {

    private final Sketch sketch = new Sketch();

    @Operation
    public void record(@Param(name = "nanos") long nanos) {
        sketch.record(nanos, 1);
    }

    @Operation
    public void absorb(@Param(name = "nanos") long nanos) {
        Sketch other = new Sketch();
        other.record(nanos, 1);
        sketch.absorb(other);
    }

    @Operation
    public String summary() {
        return sketch.summary(0).toString();
    }

    @Test
    void everyInterleavingRecordsEverything() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void underStressItRecordsEverything() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }

    /** The same without threads. */
    public static final class Specification {

        private final Sketch sketch = new Sketch();

        public void record(long nanos) {
            sketch.record(nanos, 1);
        }

        public void absorb(long nanos) {
            record(nanos);
        }

        public String summary() {
            return sketch.summary(0).toString();
        }
    }
}
