package dev.interlock.engine;

import dev.interlock.LockHandle;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Two readers leave while a writer begins to wait: the last of the three to move must let it in. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "The waiter was granted.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The wake-up was lost.")
@State
public class TwoReadersOrSentry {

    private final Fixture fixture = new Fixture();
    private final LockHandle one = fixture.read("one");
    private final LockHandle two = fixture.read("two");
    private @Nullable CompletableFuture<LockHandle> later;

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

    /** The writer. */
    @Actor
    public void join() {
        later = fixture.writeLater();
    }

    /** After all. */
    @Arbiter
    public void look(Z_Result result) {
        result.r1 = later != null && later.isDone();
    }
}
