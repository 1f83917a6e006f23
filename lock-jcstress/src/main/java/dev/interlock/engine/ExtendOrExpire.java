package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** A lease runs out while its holder extends it: extended and held, or refused and granted to the next. */
@JCStressTest
@Outcome(id = "true, true, false", expect = Expect.ACCEPTABLE, desc = "Extended in time.")
@Outcome(id = "false, false, true", expect = Expect.ACCEPTABLE, desc = "Too late, and it says so.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Extended what was lost, or lost what was extended.")
@State
public class ExtendOrExpire {

    private final Fixture fixture = new Fixture();
    private final LockHandle held = fixture.leased();
    private final CompletableFuture<LockHandle> next = fixture.writeLater();

    /** Time. */
    @Actor
    public void expire() {
        fixture.clock.moveBeyondLease();
        fixture.clock.fire();
    }

    /** The holder. */
    @Actor
    public void extend(ZZZ_Result result) {
        try {
            held.extend(Fixture.LEASE.multipliedBy(10));
            result.r1 = true;
        } catch (LockLostException tooLate) {
            result.r1 = false;
        }
    }

    /** After both. */
    @Arbiter
    public void look(ZZZ_Result result) {
        result.r2 = held.isHeld();
        result.r3 = next.isDone();
    }
}
