package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Learning where it has its limits. */
class OrderWatchTest {

    private InterlockManager locks = InterlockManager.builder().build();

    @AfterEach
    void closeManager() {
        locks.close();
    }

    private void nest(String outer, String inner) {
        nest(LockOwner.named("bob"), outer, inner);
    }

    private void nest(LockOwner owner, String outer, String inner) {
        try (LockHandle held = locks.write(outer).owner(owner).acquire()) {
            locks.write(inner).owner(owner).acquire().close();
        }
    }

    private List<OrderViolation> violations() {
        return locks.monitor().orderViolations();
    }

    private record Nameless(boolean silent) implements LockOwner {
        @Override
        public String name() {
            throw new IllegalStateException("I do not tell");
        }
    }

    @Test
    void anOwnerWhoseNameCannotBeToldStillGetsItsLocks() {
        nest("a:1", "b:1");

        try (LockHandle outer = locks.write("b:1").owner(new Nameless(true)).acquire();
                LockHandle inner = locks.write("a:1").owner(new Nameless(true)).acquire()) {
            assertThat(inner.isHeld()).isTrue();
        }
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofManyHoldsTheLatestAreWatched(boolean named) {
        LockOwner alice =
                named ? LockOwner.named("alice") : locks.write("x").acquire().owner();
        List<LockHandle> held = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            held.add(locks.write("t" + i + ":1").owner(alice).tryAcquire().orElseThrow());
        }

        locks.write("last:1").owner(alice).acquire().close();
        nest("last:1", "t5:2");
        assertThat(violations()).isEmpty();
        nest("last:1", "t89:2");

        assertThat(violations()).hasSize(1);
        assertThat(violations().get(0).steps()).extracting(OrderStep::heldType).containsExactly("last", "t89");
        held.forEach(LockHandle::close);
        nest(alice, "t0:1", "t1:1");
        nest(alice, "t1:1", "t0:1");
        assertThat(violations()).hasSize(2);
    }

    @Test
    void typesBeyondThoseThatAreRememberedHaveNoOrder() {
        locks = InterlockManager.builder().maxTypes(2).build();
        nest("a:1", "b:1");
        nest("x:1", "y:1");
        nest("y:1", "x:1");
        nest("x:1", "a:1");
        nest("a:1", "x:1");
        assertThat(violations()).isEmpty();

        nest("b:1", "a:1");

        assertThat(violations()).hasSize(1);
    }

    @Test
    void stripesAreTheLocksThatAreTaken() {
        locks = InterlockManager.builder().type("door", door -> door.stripes(1)).build();
        nest("door:1", "door:2");
        nest("door:2", "door:1");

        assertThat(violations()).isEmpty();
    }

    @Test
    void whatIsNotedOfAForgottenLockHarmsNobody() throws Exception {
        locks = InterlockManager.builder().maxResources(0).build();
        LockHandle first = locks.write("a:1").acquire();
        LockHandle second = locks.write("b:1").tryAcquire().orElseThrow();
        Thread helper = new Thread(second::close);
        helper.start();
        helper.join(10_000);
        LockHandle other = locks.write("c:1").owner(LockOwner.named("carol")).acquire();
        assertThat(((Hold) other).lock.number).isEqualTo(((Hold) second).lock.number);

        locks.write("d:1").acquire().close();
        nest("d:1", "c:2");
        nest("d:1", "b:2");

        assertThat(violations()).isEmpty();
        first.close();
        other.close();
    }
}
