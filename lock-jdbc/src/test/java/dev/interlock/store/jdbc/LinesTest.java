package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LinesTest extends StoreTest {

    private static final Duration IDLE = Duration.ofHours(1);

    private final Helpers helpers = new Helpers();
    private final AtomicInteger opened = new AtomicInteger();
    private final Lines.Source source = () -> {
        opened.incrementAndGet();
        return Line.of(TestDatabase.H2_IN_MEMORY.dataSource().getConnection(), new H2Dialect(), helpers);
    };

    private Lines lines(int mostUnhurried, Lines.Source from) {
        Lines lines = new Lines(helpers, from, mostUnhurried, IDLE, () -> false);
        closing(() -> lines.close().join());
        return lines;
    }

    private static Line take(Lines lines, boolean urgent, Duration length) throws Exception {
        try (Patience patience = Patience.of(length)) {
            return lines.take(urgent, patience);
        }
    }

    private CompletableFuture<Line> taking(Lines lines, boolean urgent) {
        CompletableFuture<Line> taken = new CompletableFuture<>();
        helpers.execute(() -> {
            try {
                taken.complete(take(lines, urgent, PATIENCE));
            } catch (Exception failed) {
                taken.completeExceptionally(failed);
            }
        });
        return taken;
    }

    private static void awaitWaiting(Lines lines, int callers) {
        await().until(() -> lines.toString().contains(callers + " callers waiting"));
    }

    @Test
    void aLineThatWasGivenBackIsTakenAgain() throws Exception {
        Lines lines = lines(2, source);

        Line first = take(lines, false, PATIENCE);
        lines.give(first);

        assertThat(take(lines, true, PATIENCE)).isSameAs(first);
        lines.give(first);
        assertThat(opened).hasValue(1);
    }

    @Test
    void whatIsUrgentMayHaveOneMoreThanAllTheRest() throws Exception {
        Lines lines = lines(2, source);
        List<Line> taken = List.of(take(lines, false, PATIENCE), take(lines, false, PATIENCE));

        assertThatThrownBy(() -> take(lines, false, Duration.ofMillis(50))).isInstanceOf(TimeoutException.class);
        Line urgent = take(lines, true, PATIENCE);
        assertThatThrownBy(() -> take(lines, true, Duration.ofMillis(50))).isInstanceOf(TimeoutException.class);

        assertThat(opened).hasValue(3);
        lines.give(urgent);
        assertThatThrownBy(() -> take(lines, false, Duration.ofMillis(50))).isInstanceOf(TimeoutException.class);
        taken.forEach(lines::give);
        lines.give(take(lines, false, PATIENCE));
    }

    @Test
    void whatIsUrgentComesBeforeThoseWhoWaitLonger() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Lines.Source once = () -> {
            if (opened.get() > 0) {
                awaitOpening(never);
            }
            return source.open();
        };
        Lines lines = lines(2, once);
        Line only = take(lines, false, PATIENCE);
        List<String> order = new CopyOnWriteArrayList<>();

        CompletableFuture<Line> first = taking(lines, false);
        awaitWaiting(lines, 1);
        CompletableFuture<Line> second = taking(lines, true);
        awaitWaiting(lines, 2);
        lines.give(only);

        order.add(second.join() == only ? "urgent" : "other");
        assertThat(first).isNotDone();
        lines.give(only);
        order.add(first.join() == only ? "first" : "other");
        assertThat(order).containsExactly("urgent", "first");
        lines.give(only);
        never.countDown();
    }

    private static void awaitOpening(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aLoanThatNeverComesDoesNotStandInTheWayOfOthers() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Lines.Source stuckAtFirst = () -> {
            if (opened.get() == 0) {
                opened.incrementAndGet();
                awaitOpening(never);
            }
            return source.open();
        };
        Lines lines = lines(1, stuckAtFirst);

        Line line = take(lines, false, PATIENCE);

        assertThat(opened).hasValue(2);
        lines.give(line);
        never.countDown();
    }

    @Test
    void whoeverWaitsIsToldWhyThereIsNone() {
        Lines lines = lines(1, () -> {
            throw new SQLException("a test");
        });

        assertThatThrownBy(() -> take(lines, false, PATIENCE))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("a test");
    }

    @Test
    void whoeverWaitsIsToldWhenAllIsClosed() throws Exception {
        Lines lines = lines(1, source);
        Line only = take(lines, false, PATIENCE);
        CompletableFuture<Line> waiting = taking(lines, false);
        awaitWaiting(lines, 1);

        lines.close().join();

        assertThatThrownBy(waiting::join).hasRootCauseMessage("closed");
        lines.give(only);
    }

    @Test
    void aLineThatIsDiscardedMakesRoomForAnother() throws Exception {
        Lines lines = lines(1, source);
        Line first = take(lines, false, PATIENCE);
        CompletableFuture<Line> waiting = taking(lines, false);
        awaitWaiting(lines, 1);

        lines.discard(first);

        assertThat(waiting.join()).isNotSameAs(first);
        lines.give(waiting.join());
    }
}
