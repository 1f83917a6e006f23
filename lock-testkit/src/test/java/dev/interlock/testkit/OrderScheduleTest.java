package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.engine.InterlockManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over long random runs, an order that all keep is never doubted, and one breach of it is found. */
@Timeout(120)
class OrderScheduleTest {

    private static final int STEPS = 100_000;
    private static final int TYPES = 12;
    private static final int KEYS = 20;
    private static final int OWNERS = 8;

    private final LockManager locks = InterlockManager.builder().build();
    private final List<Deque<LockHandle>> held = new ArrayList<>();

    @AfterEach
    void closeManager() {
        locks.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void nobodyIsSuspectedWhoKeepsTheOrder(long seed) {
        run(new Random(seed), -1);

        assertThat(locks.monitor().orderViolations()).isEmpty();
        assertThat(locks.monitor().recentDeadlocks()).isEmpty();
    }

    @Test
    void oneBreachIsFoundOnceAndAtItsPlace() {
        run(new Random(3), STEPS / 2);

        List<OrderViolation> found = locks.monitor().orderViolations();
        assertThat(found).hasSize(1);
        OrderStep breach = found.get(0).steps().get(0);
        OrderStep rule = found.get(0).steps().get(1);
        assertThat(found.get(0).steps()).hasSize(2);
        assertThat(breach.heldType()).isEqualTo("t09");
        assertThat(breach.askedType()).isEqualTo("t04");
        assertThat(breach.whereAsked().get(0).getMethodName()).isEqualTo("breach");
        assertThat(rule.heldType()).isEqualTo("t04");
        assertThat(rule.askedType()).isEqualTo("t09");
        assertThat(rule.whereAsked().get(0).getMethodName()).isEqualTo("step");
        assertThat(found.get(0).order()).containsExactly("t04", "t09");
        assertThat(locks.monitor().recentDeadlocks()).isEmpty();
    }

    private void run(Random random, int breachAt) {
        for (int i = 0; i < OWNERS; i++) {
            held.add(new ArrayDeque<>());
        }
        for (int i = 0; i < STEPS; i++) {
            step(random, random.nextInt(OWNERS));
            if (i == breachAt) {
                breach();
            }
        }
    }

    /** Takes something that comes later than what is held, or gives something back. Nothing is ever waited for. */
    private void step(Random random, int owner) {
        Deque<LockHandle> own = held.get(owner);
        Optional<LockRequest> next = next(random, owner);
        if (random.nextInt(3) == 0 || own.size() > 4 || next.isEmpty()) {
            giveBack(random, own);
        } else {
            own.addLast(next.get().acquire());
        }
    }

    private Optional<LockRequest> next(Random random, int owner) {
        int last = held.get(owner).stream()
                .mapToInt(each -> rank(each.resource()))
                .max()
                .orElse(-1);
        int rank = last + 1 + random.nextInt(3 * KEYS);
        if (rank >= TYPES * KEYS) {
            return Optional.empty();
        }
        String resource = "t%02d:%d".formatted(rank / KEYS, rank % KEYS);
        LockRequest request = random.nextBoolean() ? locks.read(resource) : locks.write(resource);
        boolean free = request.owner(owner(owner))
                .tryAcquire()
                .map(OrderScheduleTest::close)
                .orElse(false);
        return free ? Optional.of(request.owner(owner(owner))) : Optional.empty();
    }

    private static int rank(String resource) {
        return Integer.parseInt(resource.substring(1, 3)) * KEYS + Integer.parseInt(resource.substring(4));
    }

    private static void giveBack(Random random, Deque<LockHandle> own) {
        if (!own.isEmpty()) {
            close(random.nextBoolean() ? own.removeLast() : own.removeFirst());
        }
    }

    private static boolean close(LockHandle handle) {
        handle.close();
        return true;
    }

    private static LockOwner owner(int number) {
        return LockOwner.named("owner-" + number);
    }

    private void breach() {
        LockOwner careless = LockOwner.named("careless");
        try (LockHandle outer = locks.write("t09:99").owner(careless).acquire()) {
            locks.write("t04:99").owner(careless).acquire().close();
        }
    }
}
