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

/** A release against somebody who begins to wait: one of the two must see the other, or the wake-up is lost. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "The waiter was granted.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The wake-up was lost.")
@State
public class ReleaseOrSentry {

    private final Fixture fixture = new Fixture();
    private final LockHandle held = fixture.write("holder");
    private @Nullable CompletableFuture<LockHandle> later;

    /** The holder. */
    @Actor
    public void release() {
        held.close();
    }

    /** The waiter. */
    @Actor
    public void join() {
        later = fixture.writeLater();
    }

    /** After both. */
    @Arbiter
    public void look(Z_Result result) {
        result.r1 = later != null && later.isDone();
    }
}
