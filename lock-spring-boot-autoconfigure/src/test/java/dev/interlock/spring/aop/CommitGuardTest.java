package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withTransactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

class CommitGuardTest {

    private final ApplicationContextRunner runner =
            withTransactions().withBean(Inner.class).withBean(Journal.class);

    @Test
    void nothingIsCommittedWhenTheLockWasTakenAway() {
        runner.run(context -> assertRolledBack(context, () -> journal(context).writeAndLose(1)));
    }

    @Test
    void nothingIsCommittedWhenTheLeaseRanOut() {
        runner.run(context -> assertRolledBack(context, () -> journal(context).writeBeyondTheLease(1)));
    }

    @Test
    void nothingIsCommittedWhenOneOfSeveralLocksIsLost() {
        runner.run(context -> assertRolledBack(context, () -> journal(context).writeUnderSeveral(1, 2)));
    }

    @Test
    void nothingIsCommittedByANewTransactionWithinTheMethod() {
        runner.run(context -> assertRolledBack(context, () -> journal(context).loseAndWriteElsewhere(1)));
    }

    @Test
    void nothingIsCommittedByATemplateWithinTheMethod() {
        runner.run(context -> assertRolledBack(context, () -> journal(context).loseAndWriteByTemplate(1)));
    }

    @Test
    void nothingIsCommittedUnderAnInnerLockWhenTheOuterOneIsLost() {
        runner.run(context -> assertRolledBack(context, () -> journal(context).loseAndWriteUnderAnother(1)));
    }

    @Test
    void aLockThatIsHeldLetsTheTransactionCommit() {
        runner.run(context -> {
            journal(context).write(1);
            assertThat(journal(context).entries()).isEqualTo(1);
        });
    }

    @Test
    void whatWasLostInAnEarlierCallDoesNotMatter() {
        runner.run(context -> {
            assertThatThrownBy(() -> journal(context).writeAndLose(1)).isInstanceOf(LockLostException.class);
            journal(context).writeWithoutLock();
            assertThat(journal(context).entries()).isEqualTo(1);
        });
    }

    @Test
    void withoutTheGuardItIsCommitted() {
        runner.withPropertyValues("interlock.transaction.guard=false").run(context -> {
            journal(context).writeAndLose(1);
            assertThat(journal(context).entries()).isEqualTo(1);
        });
    }

    @Test
    void everyTransactionManagerIsGuarded() {
        runner.withUserConfiguration(SecondManager.class)
                .withBean(Elsewhere.class)
                .run(context -> {
                    Elsewhere elsewhere = context.getBean(Elsewhere.class);
                    assertRolledBack(context, () -> elsewhere.writeAndLose(1));
                });
    }

    @Test
    void aTransactionManagerIsGuardedOnce() {
        runner.run(context -> assertThat(
                        context.getBean(ConfigurableTransactionManager.class).getTransactionExecutionListeners())
                .filteredOn(CommitGuard.class::isInstance)
                .hasSize(1));
    }

    private static Journal journal(AssertableApplicationContext context) {
        return context.getBean(Journal.class);
    }

    private static void assertRolledBack(AssertableApplicationContext context, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(LockLostException.class).hasMessageContaining("journal:1");
        assertThat(journal(context).entries()).isZero();
        Holds.assertNothingLeft(context.getBean(LockManager.class));
    }

    static class Journal {

        private final LockManager locks;
        private final JdbcTemplate jdbc;
        private final Inner inner;
        private final TransactionTemplate template;

        Journal(LockManager locks, JdbcTemplate jdbc, Inner inner, PlatformTransactionManager transactions) {
            this.locks = locks;
            this.jdbc = jdbc;
            this.inner = inner;
            this.template = new TransactionTemplate(transactions);
            jdbc.execute("create table journal (entry int)");
        }

        int entries() {
            Integer count = jdbc.queryForObject("select count(*) from journal", Integer.class);
            return count == null ? -1 : count;
        }

        @WriteLock(value = "journal", key = "#id")
        @Transactional
        public void write(long id) {
            jdbc.update("insert into journal values (1)");
        }

        @Transactional
        public void writeWithoutLock() {
            jdbc.update("insert into journal values (1)");
        }

        @WriteLock(value = "journal", key = "#id")
        @Transactional
        public void writeAndLose(long id) {
            jdbc.update("insert into journal values (1)");
            Holds.takenAway(locks, "journal:1");
        }

        @WriteLock(value = "journal", key = "#id", lease = "1ms")
        @Transactional
        public void writeBeyondTheLease(long id) {
            jdbc.update("insert into journal values (1)");
            Holds.awaitFree(locks, "journal:1");
        }

        @WriteLock(value = "journal", key = "#lost")
        @ReadLock(value = "journal", key = "#kept")
        @Transactional
        public void writeUnderSeveral(long lost, long kept) {
            writeAndLose(lost);
        }

        @WriteLock(value = "journal", key = "#id")
        public void loseAndWriteElsewhere(long id) {
            Holds.takenAway(locks, "journal:1");
            inner.write();
        }

        @WriteLock(value = "journal", key = "#id")
        public void loseAndWriteByTemplate(long id) {
            Holds.takenAway(locks, "journal:1");
            template.executeWithoutResult(transaction -> writeWithoutLock());
        }

        @WriteLock(value = "journal", key = "#id")
        @Transactional
        public void loseAndWriteUnderAnother(long id) {
            Holds.takenAway(locks, "journal:1");
            inner.writeLocked(2);
        }
    }

    static class Inner {

        private final JdbcTemplate jdbc;

        Inner(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void write() {
            jdbc.update("insert into journal values (1)");
        }

        @WriteLock(value = "journal", key = "#id")
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void writeLocked(long id) {
            jdbc.update("insert into journal values (1)");
        }
    }

    static class Elsewhere {

        private final JdbcTemplate jdbc;
        private final LockManager locks;

        Elsewhere(JdbcTemplate jdbc, LockManager locks) {
            this.jdbc = jdbc;
            this.locks = locks;
        }

        @WriteLock(value = "journal", key = "#id")
        @Transactional("second")
        public void writeAndLose(long id) {
            jdbc.update("insert into journal values (1)");
            Holds.takenAway(locks, "journal:1");
        }
    }

    static class SecondManager {

        @Bean(defaultCandidate = false)
        PlatformTransactionManager second(DataSource source) {
            return new DataSourceTransactionManager(source);
        }

        @Bean
        PlatformTransactionManager transactionManager(DataSource source) {
            return new DataSourceTransactionManager(source);
        }
    }
}
