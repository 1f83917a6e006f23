package dev.interlock.engine;

import dev.interlock.LockHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The only timer of a lease fires while something else about the hold changes: the lease must end all the same. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Lost, and told once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The lease never ends, or its holder is not told.")
@State
public class ChangeOrExpire {

    private final Fixture fixture = new Fixture();
    private final AtomicInteger told = new AtomicInteger();
    private final LockHandle held = fixture.leased();

    /** Time. */
    @Actor
    public void expire() {
        fixture.clock.moveBeyondLease();
        fixture.clock.fire();
    }

    /** The holder. */
    @Actor
    public void change() {
        held.onLost(told::incrementAndGet);
    }

    /** After both. */
    @Arbiter
    public void look(II_Result result) {
        result.r1 = fixture.holds();
        result.r2 = told.get();
    }
}
