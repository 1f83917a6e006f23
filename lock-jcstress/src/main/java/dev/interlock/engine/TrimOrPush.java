package dev.interlock.engine;

import dev.interlock.LockHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** Readers leave and come while the stack is tidied: those who stay must stay on it, and keep a writer out. */
@JCStressTest
@Outcome(id = "3, false", expect = Expect.ACCEPTABLE, desc = "Both that stayed, and the one that came.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A hold fell off the stack.")
@State
public class TrimOrPush {

    private final Fixture fixture = new Fixture();
    private final LockHandle lowest = fixture.read("lowest");
    private final LockHandle lower = fixture.read("lower");
    private final LockHandle middle = fixture.read("middle");
    private final LockHandle upper = fixture.read("upper");
    private final LockHandle uppermost = fixture.read("uppermost");

    /** Those in between leave. */
    @Actor
    public void leave() {
        lower.close();
        upper.close();
    }

    /** One comes where one leaves. */
    @Actor
    public void come() {
        uppermost.close();
        LockHandle fresh = fixture.read("fresh");
        fresh.ensureHeld();
    }

    /** After both. */
    @Arbiter
    public void look(IZ_Result result) {
        lowest.ensureHeld();
        middle.ensureHeld();
        result.r1 = fixture.holds();
        result.r2 = fixture.tryWrite("writer");
    }
}
