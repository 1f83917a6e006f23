package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** The lock is forgotten by a release while another takes it: never two locks for the name, never a token again. */
@JCStressTest
@Outcome(id = "true, false, 2", expect = Expect.ACCEPTABLE, desc = "Taken, and so not free for a third.")
@Outcome(id = "false, true, 2", expect = Expect.ACCEPTABLE, desc = "It came too early, and the third got it.")
@Outcome(id = "true, true, .*", expect = Expect.FORBIDDEN, desc = "Two locks for one name.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A token came again, or was skipped.")
@State
public class PushOrRetire {

    private final Fixture fixture = new Fixture(FairnessPolicy.BOUNDED, 0);
    private final LockHandle held = fixture.write("holder");

    /** Releases, and so forgets. */
    @Actor
    public void release() {
        held.close();
    }

    /** Takes. */
    @Actor
    public void take(ZZJ_Result result) {
        result.r1 = fixture.tryWrite("one");
    }

    /** A third comes; and the token of whoever holds. */
    @Arbiter
    public void look(ZZJ_Result result) {
        result.r2 = fixture.tryWrite("third");
        result.r3 = fixture.locks.monitor().holders(Fixture.RESOURCE).get(0).fencingToken();
    }
}
