package dev.interlock.engine;

import dev.interlock.LockOwner;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** The counts of named owners: exact, and gone when they come to nothing. */
@Param(name = "owner", gen = IntGen.class, conf = "0:1")
public class OwnersLincheckTest {

    private final Owners owners = new Owners();

    /** Answers whether the count is plausible: what each does is undone before it ends. */
    @Operation
    public boolean enterAndLeave(@Param(name = "owner") int number) {
        Owner owner = owners.enter(LockOwner.named("owner " + number));
        boolean counted = owner.taken() >= 1;
        owner.enter();
        counted &= owner.taken() >= 2;
        owner.leave();
        owner.leave();
        return counted;
    }

    /** As when a hold is lost while its owner acts on it. */
    @Operation
    public boolean leaveAndEnter(@Param(name = "owner") int number) {
        Owner owner = owners.enter(LockOwner.named("owner " + number));
        owner.leave();
        owner.enter();
        owner.leave();
        return true;
    }

    @Operation
    public boolean isOneObject(@Param(name = "owner") int number) {
        Owner one = owners.enter(LockOwner.named("owner " + number));
        Owner other = owners.enter(LockOwner.named("owner " + number));
        one.leave();
        other.leave();
        return one == other;
    }

    @Validate
    public void nobodyIsRemembered() {
        if (owners.sharedCount() != 0) {
            throw new IllegalStateException(owners.sharedCount() + " owners are left");
        }
    }

    @Test
    void everyInterleavingCountsRightAndForgets() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void underStressItCountsRightAndForgets() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }

    /** All is well. */
    public static final class Specification {

        public boolean enterAndLeave(int number) {
            return true;
        }

        public boolean leaveAndEnter(int number) {
            return true;
        }

        public boolean isOneObject(int number) {
            return true;
        }
    }
}
