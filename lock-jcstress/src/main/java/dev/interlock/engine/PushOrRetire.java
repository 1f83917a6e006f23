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

/** The lock is forgotten by a release while two others take it: one of them gets it, and with a higher token. */
@JCStressTest
@Outcome(id = "true, false, [23]", expect = Expect.ACCEPTABLE, desc = "The one.")
@Outcome(id = "false, true, [23]", expect = Expect.ACCEPTABLE, desc = "The other.")
@Outcome(id = "false, false, 2", expect = Expect.ACCEPTABLE, desc = "Both came too early.")
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

    /** One. */
    @Actor
    public void one(ZZJ_Result result) {
        result.r1 = fixture.tryWrite("one");
    }

    /** The other. */
    @Actor
    public void other(ZZJ_Result result) {
        result.r2 = fixture.tryWrite("other");
    }

    /** The token of whoever holds, or of whoever comes now. */
    @Arbiter
    public void look(ZZJ_Result result) {
        result.r3 = fixture.locks.monitor().holders(Fixture.RESOURCE).stream()
                .findFirst()
                .map(each -> each.fencingToken())
                .orElseGet(() -> fixture.write("last").fencingToken());
    }
}
