package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two close one handle: its owner has given back one thing, not two. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The other hold of the owner is all that it has.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Counted twice.")
@State
public class EndTwice {

    private static final LockOwner NAME = LockOwner.named("owner");

    private final Fixture fixture = new Fixture();
    private final LockHandle other = fixture.locks.read("other").owner(NAME).acquire();
    private final LockHandle held =
            fixture.locks.write(Fixture.RESOURCE).owner(NAME).acquire();

    /** One. */
    @Actor
    public void one() {
        held.close();
    }

    /** The other. */
    @Actor
    public void another() {
        held.close();
    }

    /** After both. */
    @Arbiter
    public void look(II_Result result) {
        result.r1 = fixture.locks.monitor().holders(Fixture.RESOURCE).size();
        result.r2 = ((Hold) other).owner.taken();
    }
}
