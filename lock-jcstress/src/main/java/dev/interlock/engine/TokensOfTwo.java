package dev.interlock.engine;

import dev.interlock.LockHandle;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** Readers come together: each gets a token of its own, and each thread's own tokens rise. */
@JCStressTest
@Outcome(id = "true, true, 5", expect = Expect.ACCEPTABLE, desc = "Unique, rising, without gaps.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A token twice, or one that fell.")
@State
public class TokensOfTwo {

    private final Fixture fixture = new Fixture();
    private final long[] tokens = new long[4];

    private long token(String owner) {
        LockHandle held = fixture.read(owner);
        long token = held.fencingToken();
        held.close();
        return token;
    }

    /** One. */
    @Actor
    public void one() {
        tokens[0] = token("one");
        tokens[1] = token("one");
    }

    /** The other. */
    @Actor
    public void other() {
        tokens[2] = token("other");
        tokens[3] = token("other");
    }

    /** After both. */
    @Arbiter
    public void look(ZZJ_Result result) {
        result.r1 = tokens[0] < tokens[1] && tokens[2] < tokens[3];
        result.r2 = Arrays.stream(tokens).distinct().count() == tokens.length;
        result.r3 = fixture.write("last").fencingToken();
    }
}
