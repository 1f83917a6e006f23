package dev.interlock.engine;

import dev.interlock.LockHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A lease runs out while its holder closes: it is lost or released, and never both or neither. */
@JCStressTest
@Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "Released in time.")
@Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "Lost, and its holder was told once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Held for ever, or lost twice, or the lock was let to two.")
@State
public class ExpireOrClose {

    private final Fixture fixture = new Fixture();
    private final AtomicInteger lost = new AtomicInteger();
    private final LockHandle held = fixture.leased();
    private final CompletableFuture<LockHandle> next;

    /** Somebody waits. */
    public ExpireOrClose() {
        held.onLost(lost::incrementAndGet);
        next = fixture.writeLater();
    }

    /** Time. */
    @Actor
    public void expire() {
        fixture.clock.moveBeyondLease();
        fixture.clock.fire();
    }

    /** The holder. */
    @Actor
    public void close() {
        held.close();
    }

    /** After both. */
    @Arbiter
    public void look(III_Result result) {
        result.r1 = held.isHeld() ? 1 : 0;
        result.r2 = lost.get();
        result.r3 = next.isDone() ? fixture.holds() : -1;
    }
}
