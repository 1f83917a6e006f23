package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.VersionStamp;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of the contract about changes without a lock have in common: rests that are known exactly, and others who are faster. */
abstract class OptimisticContract extends Contract {

    static final String PAGE = "page:7";
    static final Duration TICK = Duration.ofNanos(1);

    final Queue<LockEvent> events = new ConcurrentLinkedQueue<>();

    OptimisticLocks optimistic;

    OptimisticContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @BeforeEach
    void useIt() {
        use(settings -> settings);
    }

    /** From now on the test is about a manager with these settings, which tells its events at once and leaves nothing to chance. */
    final void use(UnaryOperator<InterlockManager.Builder> settings) {
        locks = manager(builder -> settings.apply(builder.listener(events::add)
                .callbackExecutor(Runnable::run)
                .optimistic(own -> own.backOff(Duration.ofMillis(10), 2, Duration.ofMillis(100), 0))));
        optimistic = locks.optimistic();
    }

    @AfterEach
    void nothingIsUnderWay() {
        if (optimistic != null) {
            Contenders.until(
                    "no operation is under way",
                    () -> optimistic.operations().running().isEmpty());
            assertThat(optimistic.operations().current()).isEmpty();
        }
    }

    /** Somebody else changes it, in a thread that has nothing to do with any operation. */
    final VersionStamp changedByAnother(String resource) {
        return contenders
                .start("another", () -> optimistic.commit(optimistic.stamp(resource), () -> {}))
                .result()
                .orElseThrow();
    }

    /** Somebody who is just changing the resource, until told to stop. */
    final Changer changing(String resource) {
        Changer changer = new Changer();
        changer.thread = contenders.start(
                "changer",
                () -> optimistic.commit(optimistic.stamp(resource), () -> {
                    changer.begun.countDown();
                    changer.enough.await();
                }));
        Contenders.until("it is being changed", () -> changer.begun.getCount() == 0);
        return changer;
    }

    /** A change that lasts. */
    static final class Changer {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch enough = new CountDownLatch(1);
        private @Nullable Contender<Optional<VersionStamp>> thread;

        VersionStamp end() {
            enough.countDown();
            return Objects.requireNonNull(thread).result().orElseThrow();
        }
    }

    final void untilSleeping(int threads) {
        Contenders.until(threads + " threads rest", () -> time.sleeping() == threads);
    }

    final Operation found(String id) {
        return optimistic.operations().find(id).orElseThrow();
    }

    final <E extends LockEvent> List<E> heard(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    final List<String> heardOf() {
        return events.stream().map(each -> each.getClass().getSimpleName()).toList();
    }
}
