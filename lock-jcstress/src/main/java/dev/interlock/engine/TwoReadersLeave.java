package dev.interlock.engine;

import dev.interlock.LockHandle;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Two readers leave together while a writer waits: the last of them must let it in, whichever takes itself for it. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "The waiter was granted.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The wake-up was lost.")
@State
public class TwoReadersLeave {

    private final Fixture fixture = new Fixture();
    private final LockHandle one = fixture.read("one");
    private final LockHandle two = fixture.read("two");
    private final CompletableFuture<LockHandle> later = fixture.writeLater();

    /** A reader. */
    @Actor
    public void releaseOne() {
        one.close();
    }

    /** Another reader. */
    @Actor
    public void releaseTwo() {
        two.close();
    }

    /** After both. */
    @Arbiter
    public void look(Z_Result result) {
        result.r1 = later.isDone();
    }
}
