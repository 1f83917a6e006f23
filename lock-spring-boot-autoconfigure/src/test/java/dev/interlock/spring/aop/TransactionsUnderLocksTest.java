package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withTransactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockManager;
import dev.interlock.annotation.WriteLock;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

class TransactionsUnderLocksTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 25;

    private final ApplicationContextRunner runner =
            withTransactions().withBean(Counter.class).withBean(Diary.class);

    @Test
    void theLockIsTakenBeforeTheTransactionBeginsAndReleasedAfterItsCommit() {
        runner.run(context -> {
            context.getBean(Counter.class).increment(1);
            assertThat(context.getBean(Diary.class).entries)
                    .containsExactly("before begin: locked", "before commit: locked", "after commit: locked");
            assertThat(context.getBean(LockManager.class).monitor().isLocked("counter:1"))
                    .isFalse();
        });
    }

    @Test
    void theLockIsReleasedAfterTheRollback() {
        runner.run(context -> {
            Counter counter = context.getBean(Counter.class);
            assertThatThrownBy(() -> counter.incrementAndFail(1)).isInstanceOf(IllegalStateException.class);
            assertThat(context.getBean(Diary.class).entries)
                    .containsExactly("before begin: locked", "after rollback: locked");
            assertThat(counter.value()).isZero();
            Holds.assertNothingLeft(context.getBean(LockManager.class));
        });
    }

    @Test
    void whoeverGetsTheLockNextReadsWhatWasCommitted() {
        runner.run(context -> {
            Counter counter = context.getBean(Counter.class);
            inThreads(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    counter.increment(1);
                }
            });
            assertThat(counter.value()).isEqualTo(THREADS * ROUNDS);
        });
    }

    @Test
    void aTransactionThatWouldBeginBeforeTheLocksFailsTheStart() {
        runner.withUserConfiguration(TransactionsFirst.class).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOfSatisfying(LockConfigurationException.class, failure -> assertThat(failure.action())
                        .contains("interlock.aop.order", "@EnableTransactionManagement"))
                .hasMessageContaining("Counter.increment(long)")
                .hasMessageContaining("before it takes its locks"));
    }

    @Test
    void theOrderOfBothMayBeMoved() {
        runner.withUserConfiguration(TransactionsEarly.class)
                .withPropertyValues("interlock.aop.order=99")
                .run(context -> {
                    context.getBean(Counter.class).increment(1);
                    assertThat(context.getBean(Diary.class).entries).startsWith("before begin: locked");
                });
    }

    @Test
    void theOrderDoesNotMatterWhereALockedMethodHasNoTransaction() {
        withTransactions()
                .withBean(Apart.class)
                .withUserConfiguration(TransactionsFirst.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static void inThreads(Runnable work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    start.await();
                    work.run();
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Counts as programs should not: it reads, and then writes what it makes of that. */
    static class Counter {

        private final JdbcTemplate jdbc;

        Counter(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
            jdbc.execute("create table counter (counted int)");
            jdbc.update("insert into counter values (0)");
        }

        @WriteLock(value = "counter", key = "#id", timeout = "60s")
        @Transactional(isolation = Isolation.READ_COMMITTED)
        public void increment(long id) {
            write(value() + 1);
        }

        @WriteLock(value = "counter", key = "#id")
        @Transactional
        public void incrementAndFail(long id) {
            write(value() + 1);
            throw new IllegalStateException("on purpose");
        }

        int value() {
            Integer value = jdbc.queryForObject("select counted from counter", Integer.class);
            return value == null ? -1 : value;
        }

        private void write(int value) {
            jdbc.update("update counter set counted = ?", value);
        }
    }

    /** Writes down whether the counter was locked at each turn of a transaction. */
    static class Diary implements TransactionExecutionListener {

        final List<String> entries = new ArrayList<>();
        private final LockManager locks;

        Diary(LockManager locks) {
            this.locks = locks;
        }

        @Override
        public void beforeBegin(TransactionExecution transaction) {
            enter("before begin");
        }

        @Override
        public void beforeCommit(TransactionExecution transaction) {
            enter("before commit");
        }

        @Override
        public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
            enter("after commit");
        }

        @Override
        public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
            enter("after rollback");
        }

        private synchronized void enter(String turn) {
            entries.add(turn + (locks.monitor().isLocked("counter:1") ? ": locked" : ": NOT locked"));
        }
    }

    static class Apart {

        @WriteLock("one")
        public void locked() {}

        @Transactional
        public void transactional() {}
    }

    @EnableTransactionManagement(order = Integer.MIN_VALUE)
    static class TransactionsFirst {}

    @EnableTransactionManagement(order = 100)
    static class TransactionsEarly {}
}
