package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.engine.InterlockManager;
import java.util.List;
import java.util.function.Function;

/** How the parts of the contract about the order of locks take them. */
abstract class OrderedContract extends Contract {

    OrderedContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    /** Takes one after the other, and gives all of them back. */
    static void nest(LockRequest... requests) {
        nest(List.of(requests));
    }

    private static void nest(List<LockRequest> requests) {
        if (!requests.isEmpty()) {
            try (LockHandle held = requests.get(0).acquire()) {
                nest(requests.subList(1, requests.size()));
            }
        }
    }

    final LockRequest write(String resource) {
        return locks.write(resource);
    }

    final LockRequest read(String resource) {
        return locks.read(resource);
    }

    final List<OrderViolation> violations() {
        return locks.monitor().orderViolations();
    }

    final OrderViolation onlyViolation() {
        assertThat(violations()).hasSize(1);
        return violations().get(0);
    }
}
