package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockManager;
import dev.interlock.annotation.WriteLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StagedMethodsStressTest {

    private static final int CALLERS = 6;
    private static final int CALLS = 300;

    private final ExecutorService leaving = Executors.newFixedThreadPool(2);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger visits = new AtomicInteger();

    @Test
    void manyCallsOfWhichManyAreCancelledAreNeverInsideTogetherAndLeaveNothing() {
        withLocks().withBean(Rooms.class, () -> new Rooms(this::visitor)).run(context -> {
            Rooms rooms = context.getBean(Rooms.class);
            ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
            try {
                List<Future<?>> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    Random random = new Random(i);
                    callers.add(threads.submit(() -> call(rooms, random)));
                }
                for (Future<?> each : callers) {
                    each.get(120, TimeUnit.SECONDS);
                }
                Holds.assertNothingLeft(context.getBean(LockManager.class));
            } finally {
                threads.shutdownNow();
                leaving.shutdownNow();
            }
            assertThat(most).hasValue(1);
            assertThat(inside).hasValue(0);
            assertThat(visits.get()).isBetween(1, CALLERS * CALLS);
        });
    }

    private CompletableFuture<String> visitor() {
        Visit visit = new Visit();
        leaving.execute(() -> visit.complete("left"));
        return visit;
    }

    private static void call(Rooms rooms, Random random) {
        List<CompletableFuture<String>> pending = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            CompletableFuture<String> visit = rooms.visit("one");
            pending.add(visit);
            if (random.nextInt(3) == 0) {
                pending.get(random.nextInt(pending.size())).cancel(random.nextBoolean());
            }
        }
        pending.forEach(each -> each.handle((left, failure) -> null)
                .orTimeout(60, TimeUnit.SECONDS)
                .join());
    }

    /** Complete when the visitor has left, whoever makes it leave. */
    private final class Visit extends CompletableFuture<String> {

        private final AtomicBoolean left = new AtomicBoolean();

        Visit() {
            visits.incrementAndGet();
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        }

        @Override
        public boolean complete(String value) {
            leave();
            return super.complete(value);
        }

        @Override
        public boolean cancel(boolean interrupting) {
            leave();
            return super.cancel(interrupting);
        }

        private void leave() {
            if (left.compareAndSet(false, true)) {
                inside.decrementAndGet();
            }
        }
    }

    static class Rooms {

        private final Supplier<CompletableFuture<String>> visitor;

        Rooms(Supplier<CompletableFuture<String>> visitor) {
            this.visitor = visitor;
        }

        @WriteLock(value = "room", key = "#name", timeout = "60s")
        public CompletableFuture<String> visit(String name) {
            return visitor.get();
        }
    }
}
