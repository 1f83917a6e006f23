package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withTransactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.Optimistic;
import dev.interlock.annotation.WriteLock;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.Operations;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import dev.interlock.spring.jdbc.JdbcLockAutoConfiguration;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Mono;

/** The stamp of the resource is a part of the commit, and each try has a transaction and locks of its own. */
@ExtendWith(OutputCaptureExtension.class)
class OptimisticTransactionsTest {

    private static final int THREADS = 6;
    private static final int ROUNDS = 15;

    private final ApplicationContextRunner runner = withTransactions()
            .withPropertyValues("interlock.optimistic.backoff.initial=1ms", "interlock.optimistic.backoff.max=20ms")
            .withBean(Page.class)
            .withBean(Inner.class);

    @Test
    void noUpdateIsLostAmongManyThoughTheRowHasNoVersion() {
        runner.run(context -> {
            Page page = page(context);
            Rivals.together(Collections.nCopies(THREADS, () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    page.increment(1);
                }
                return null;
            }));
            assertThat(page.value()).isEqualTo(THREADS * ROUNDS);
            assertThat(locks(context).optimistic().stamp("page:1").version()).isEqualTo(THREADS * ROUNDS);
        });
    }

    @Test
    void whatIsWrittenInTheEndIsWhatSucceeded() {
        runner.run(context -> {
            Page page = page(context);
            AtomicInteger succeeded = new AtomicInteger();
            Rivals.together(Collections.nCopies(THREADS, () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    try {
                        page.incrementOrGiveUp(1);
                        succeeded.incrementAndGet();
                    } catch (OptimisticConflictException given) {
                        assertThat(given.operation()).isPresent();
                    }
                }
                return null;
            }));
            assertThat(page.value()).isEqualTo(succeeded.get());
        });
    }

    @Test
    void noUpdateIsLostAmongApplicationsThatShareADatabase() {
        ApplicationContextRunner sharing = runner.withConfiguration(
                        AutoConfigurations.of(JdbcLockAutoConfiguration.class))
                .withPropertyValues(
                        "interlock.backend=jdbc",
                        "interlock.jdbc.initialize-schema=always",
                        "spring.datasource.url=jdbc:h2:mem:shared-pages;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000",
                        "spring.datasource.hikari.maximum-pool-size=20");
        sharing.run(one -> sharing.run(other -> {
            List<Callable<?>> all = new ArrayList<>();
            for (Page page : List.of(page(one), page(other))) {
                all.addAll(Collections.nCopies(3, () -> {
                    for (int i = 0; i < 5; i++) {
                        page.increment(1);
                    }
                    return null;
                }));
            }
            Rivals.together(all);
            assertThat(page(one).value()).isEqualTo(30);
            assertThat(locks(other).optimistic().stamp("page:1").version()).isEqualTo(30);
        }));
    }

    @Test
    void aTryWhoseResourceWasChangedIsRolledBackAndDoneAgain() {
        runner.run(context -> {
            Page page = page(context);
            page.incrementAnd(1, tries -> {
                if (tries == 1) {
                    Rivals.change(locks(context), "page:1");
                }
            });
            assertThat(page.tries()).isEqualTo(2);
            assertThat(page.value()).isEqualTo(1);
            assertThat(locks(context).optimistic().operations().recent().get(0).status())
                    .isEqualTo(OperationStatus.SUCCEEDED);
        });
    }

    @Test
    void eachTryHasATransactionAndLocksOfItsOwn() {
        runner.run(context -> {
            List<String> seen = new ArrayList<>();
            page(context).lockedAnd(1, tries -> {
                seen.add(Holds.all(locks(context)) + " "
                        + TransactionSynchronizationManager.isActualTransactionActive());
                if (tries == 1) {
                    Rivals.change(locks(context), "page:1");
                }
            });
            assertThat(seen).containsExactly("[WRITE desk] true", "[WRITE desk] true");
            assertThat(acquired(context)).isEqualTo(2);
        });
    }

    @Test
    void nothingIsHeldBetweenTwoTries() {
        runner.withPropertyValues("interlock.optimistic.backoff.initial=1h", "interlock.optimistic.backoff.max=1h")
                .run(context -> {
                    Operations operations = locks(context).optimistic().operations();
                    try (Contenders contenders = new Contenders()) {
                        contenders.start("resting", () -> {
                            page(context).lockedAnd(1, tries -> Rivals.change(locks(context), "page:1"));
                            return null;
                        });
                        Contenders.until("it rests", () -> operations.running().stream()
                                .anyMatch(each -> each.status() == OperationStatus.RETRYING));
                        assertThat(Holds.all(locks(context))).isEmpty();
                        assertThat(context.getBean(HikariDataSource.class)
                                        .getHikariPoolMXBean()
                                        .getActiveConnections())
                                .isZero();
                    }
                });
    }

    @Test
    void aTransactionThatWouldBeginBeforeTheTriesFailsTheStart() {
        runner.withUserConfiguration(TransactionsFirst.class).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOfSatisfying(LockConfigurationException.class, failure -> assertThat(failure.action())
                        .contains("interlock.aop.order", "@EnableTransactionManagement"))
                .hasMessageContaining("would begin its transaction before"));
    }

    @Test
    void theOrderOfAllOfThemMayBeMoved() {
        for (String order : List.of("99", String.valueOf(Integer.MIN_VALUE))) {
            runner.withUserConfiguration(TransactionsEarly.class)
                    .withPropertyValues("interlock.aop.order=" + order)
                    .run(context -> {
                        List<String> seen = new ArrayList<>();
                        page(context).lockedAnd(1, nothing -> {
                            seen.add("try");
                            if (seen.size() == 1) {
                                Rivals.change(locks(context), "page:1");
                            }
                        });
                        assertThat(seen).hasSize(2);
                        assertThat(acquired(context)).isEqualTo(2);
                    });
        }
    }

    @Test
    void aCallInsideAnOpenTransactionIsRefusedWithTheWayOut() {
        runner.run(context -> {
            TransactionTemplate open = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            open.setName("the outer one");
            assertThatThrownBy(() ->
                            open.executeWithoutResult(status -> page(context).increment(1)))
                    .isInstanceOf(LockException.class)
                    .isNotInstanceOf(OptimisticConflictException.class)
                    .hasMessageContaining("Page.increment(long) is called inside the open transaction 'the outer one'")
                    .hasMessageContaining("Propagation.REQUIRES_NEW");
            assertThat(page(context).tries()).isEqualTo(0);
        });
    }

    @Test
    void aMethodThatSuspendsTheOpenTransactionMayBeCalledInIt() {
        runner.run(context -> {
            TransactionTemplate open = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            open.executeWithoutResult(status -> {
                page(context).incrementApart(1, tries -> {
                    if (tries == 1) {
                        Rivals.change(locks(context), "page:1");
                    }
                });
                status.setRollbackOnly();
            });
            assertThat(page(context).tries()).isEqualTo(2);
            assertThat(page(context).value()).isEqualTo(1);
        });
    }

    @Test
    void aTransactionWithinTheTransactionIsNotWhatTheStampIsOf() {
        runner.run(context -> {
            page(context).withAnInnerTransaction(1, () -> assertThat(version(context))
                    .isZero());
            assertThat(version(context)).isEqualTo(1);
        });
    }

    @Test
    void withoutATransactionOfItsOwnTheFirstThatTheMethodBeginsIsProtected() {
        runner.run(context -> {
            Page page = page(context);
            page.byTemplate(1, tries -> {
                if (tries == 1) {
                    Rivals.change(locks(context), "page:1");
                }
            });
            assertThat(page.tries()).isEqualTo(2);
            assertThat(page.value()).isEqualTo(1);
        });
    }

    @Test
    void aSecondTransactionOfOneTryIsRolledBackForTheFirstCannotBeDoneAgain() {
        runner.run(context -> {
            assertThatThrownBy(() -> page(context).twice(1))
                    .isInstanceOf(LockException.class)
                    .isNotInstanceOf(OptimisticConflictException.class)
                    .hasMessageContaining("Page.twice(long) commits a second transaction in one try")
                    .hasMessageContaining("if the second only reads, say so (readOnly = true)");
            assertThat(page(context).value()).isEqualTo(1);
        });
    }

    @Test
    void aTransactionOfAPartIsRefusedWhereTheStampOfTheWholeWouldGoForNothing() {
        runner.withBean(Book.class).run(context -> {
            assertThatThrownBy(() -> context.getBean(Book.class).increment(page(context)))
                    .isInstanceOf(LockException.class)
                    .isNotInstanceOf(OptimisticConflictException.class)
                    .hasMessageContaining("Page.increment(long) begins a transaction")
                    .hasMessageContaining("is called by Book.increment(Page)");
            assertThat(page(context).value()).isZero();
            assertThat(context.getBean(Book.class).read(page(context))).isZero();
        });
    }

    @Test
    void aPartMayCommitForItselfWhereTheWholeHasATransaction() {
        runner.withBean(Book.class).run(context -> {
            context.getBean(Book.class).incrementApart(page(context));
            assertThat(page(context).value()).isEqualTo(1);
            assertThat(version(context)).isEqualTo(1);
            assertThat(locks(context).optimistic().stamp("book").version()).isEqualTo(1);
        });
    }

    @Test
    void whatHappensWhileATryWaitsForItsLockIsNoConflict() {
        runner.run(context -> {
            try (Contenders contenders = new Contenders()) {
                LockHandle desk = locks(context).write("desk").acquire();
                Contender<?> called = contenders.start("called", () -> {
                    page(context).lockedAnd(1, tries -> {});
                    return null;
                });
                Holds.awaitWaiters(locks(context), "desk", 1);
                Rivals.change(locks(context), "page:1");
                desk.close();
                called.result();
            }
            assertThat(page(context).tries()).isEqualTo(1);
            assertThat(version(context)).isEqualTo(2);
        });
    }

    @Test
    void whoeverOnlyReadsMovesNoStamp() {
        runner.run(context -> {
            assertThat(page(context).read(1)).isZero();
            assertThat(version(context)).isZero();
        });
    }

    @Test
    void whoeverListensForTheCommitFindsTheChangeEnded() {
        runner.run(context -> {
            List<Long> versions = new ArrayList<>();
            page(context)
                    .incrementAnd(
                            1,
                            tries -> TransactionSynchronizationManager.registerSynchronization(
                                    new TransactionSynchronization() {
                                        @Override
                                        public void afterCommit() {
                                            versions.add(version(context));
                                        }
                                    }));
            assertThat(versions).containsExactly(1L);
        });
    }

    @Test
    void aConflictOfWhoeverListensForTheCommitDoesNothingAgain() {
        runner.run(context -> {
            assertThatThrownBy(() -> page(context)
                            .incrementAnd(
                                    1,
                                    tries -> TransactionSynchronizationManager.registerSynchronization(
                                            new TransactionSynchronization() {
                                                @Override
                                                public void afterCommit() {
                                                    throw new OptimisticLockingFailureException("of another thing");
                                                }
                                            })))
                    .isInstanceOf(OptimisticLockingFailureException.class)
                    .hasMessage("of another thing");
            assertThat(page(context).tries()).isEqualTo(1);
            assertThat(page(context).value()).isEqualTo(1);
        });
    }

    @Test
    void aConflictThatShowsOnlyAtTheCommitIsDoneAgain() {
        runner.run(context -> {
            page(context)
                    .incrementAnd(
                            1,
                            tries -> TransactionSynchronizationManager.registerSynchronization(
                                    new TransactionSynchronization() {
                                        @Override
                                        public void beforeCommit(boolean readOnly) {
                                            if (tries == 1) {
                                                throw new OptimisticLockingFailureException("at the flush");
                                            }
                                        }
                                    }));
            assertThat(page(context).tries()).isEqualTo(2);
            assertThat(page(context).value()).isEqualTo(1);
        });
    }

    @Test
    void whatFailsOtherwiseIsRolledBackAndPassesAsItIs() {
        runner.run(context -> {
            assertThatThrownBy(() -> page(context).incrementAnd(1, tries -> {
                        throw new IllegalArgumentException("on purpose");
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("on purpose");
            assertThat(page(context).tries()).isEqualTo(1);
            assertThat(page(context).value()).isZero();
            assertThat(version(context)).isZero();
        });
    }

    @Test
    void transactionalEventsComeOnceForAllTries() {
        runner.withBean(Told.class).run(context -> {
            page(context).incrementAnd(1, tries -> {
                context.publishEvent("tried " + tries);
                if (tries < 3) {
                    Rivals.change(locks(context), "page:1");
                }
            });
            assertThat(context.getBean(Told.class).told).containsExactly("tried 3");
        });
    }

    @Test
    void aManagerThatTakesNoListenersIsNamedOnce(CapturedOutput output) {
        runner.withUserConfiguration(DeafManager.class).run(context -> {
            page(context).increment(1);
            page(context).increment(1);
            assertThat(page(context).value()).isEqualTo(2);
            assertThat(version(context)).isZero();
            assertThat(output)
                    .containsOnlyOnce("Page.increment(long) has a transaction whose commit does not heed the stamp");
        });
    }

    @Test
    void aReactiveTransactionIsNamedAtTheStart(CapturedOutput output) {
        runner.withBean(Reactive.class).run(context -> assertThat(output)
                .containsOnlyOnce("Reactive.work() answers with a Mono, and the commit of a reactive transaction"));
    }

    @Test
    void aFutureWithATransactionIsNamedAtTheStart(CapturedOutput output) {
        runner.withBean(Later.class).run(context -> assertThat(output)
                .containsOnlyOnce("Later.work() answers with a CompletableFuture, and its transaction is over"));
    }

    @Test
    void aMethodThatIsReadOnlyBecauseItsClassSaysSoIsNamedAtTheStart(CapturedOutput output) {
        runner.withBean(Reads.class).run(context -> assertThat(output)
                .containsOnlyOnce("Reads.work() has a transaction that is read-only, though the method does not say so")
                .doesNotContain("Reads.read() has")
                .doesNotContain("Reads.write() has"));
    }

    private static long version(AssertableApplicationContext context) {
        return locks(context).optimistic().stamp("page:1").version();
    }

    /** How often the lock of the desk was taken. */
    private static long acquired(AssertableApplicationContext context) {
        return locks(context).monitor().statistics("desk").orElseThrow().write().acquisitions();
    }

    private static LockManager locks(AssertableApplicationContext context) {
        return context.getBean(LockManager.class);
    }

    private static Page page(AssertableApplicationContext context) {
        return context.getBean(Page.class);
    }

    /** What is done within a try. */
    interface Within {
        void in(int tries);
    }

    /** Counts as programs should not: it reads, and then writes what it makes of that. */
    static class Page {

        private final AtomicInteger tries = new AtomicInteger();
        private final JdbcTemplate jdbc;
        private final Inner inner;
        private final TransactionTemplate template;

        Page(JdbcTemplate jdbc, Inner inner, PlatformTransactionManager transactions) {
            this.jdbc = jdbc;
            this.inner = inner;
            this.template = new TransactionTemplate(transactions);
            jdbc.execute("create table if not exists page (id int primary key, counted int)");
            jdbc.update("merge into page key (id) values (1, 0)");
        }

        @Optimistic(value = "page", key = "#id", retries = 100_000)
        @Transactional
        public void increment(long id) {
            write(value() + 1);
        }

        @Optimistic(value = "page", key = "#id", retries = 2)
        @Transactional
        public void incrementOrGiveUp(long id) {
            write(value() + 1);
        }

        @Optimistic(value = "page", key = "#id")
        @Transactional
        public void incrementAnd(long id, Within within) {
            write(value() + 1);
            within.in(tries.incrementAndGet());
        }

        @Optimistic(value = "page", key = "#id")
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void incrementApart(long id, Within within) {
            incrementAnd(id, within);
        }

        @Optimistic(value = "page", key = "#id")
        @WriteLock("desk")
        @Transactional
        public void lockedAnd(long id, Within within) {
            incrementAnd(id, within);
        }

        @Optimistic(value = "page", key = "#id")
        @Transactional
        public void withAnInnerTransaction(long id, Runnable then) {
            inner.write();
            then.run();
        }

        @Optimistic(value = "page", key = "#id")
        public void byTemplate(long id, Within within) {
            template.executeWithoutResult(status -> incrementAnd(id, within));
        }

        @Optimistic(value = "page", key = "#id")
        public void twice(long id) {
            template.executeWithoutResult(status -> increment(id));
            template.executeWithoutResult(status -> increment(id));
        }

        @Optimistic(value = "page", key = "#id")
        @Transactional(readOnly = true)
        public int read(long id) {
            return value();
        }

        int tries() {
            return tries.get();
        }

        int value() {
            Integer value = jdbc.queryForObject("select counted from page where id = 1", Integer.class);
            return value == null ? -1 : value;
        }

        private void write(int value) {
            jdbc.update("update page set counted = ? where id = 1", value);
        }
    }

    static class Inner {

        private final JdbcTemplate jdbc;

        Inner(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void write() {
            jdbc.update("merge into page key (id) values (2, 0)");
        }
    }

    /** Is made of pages. */
    static class Book {

        @Optimistic("book")
        public void increment(Page page) {
            page.increment(1);
        }

        @Optimistic("book")
        public int read(Page page) {
            return page.read(1);
        }

        @Optimistic("book")
        @Transactional
        public void incrementApart(Page page) {
            page.incrementApart(1, tries -> {});
        }
    }

    static class Later {
        @Optimistic("page")
        @Transactional
        public CompletableFuture<String> work() {
            return CompletableFuture.completedFuture("");
        }
    }

    @Transactional(readOnly = true)
    static class Reads {
        @Optimistic("page")
        public void work() {}

        @Optimistic("page")
        @Transactional(readOnly = true)
        public void read() {}

        @Optimistic("page")
        @Transactional
        public void write() {}
    }

    static class Told {

        final List<String> told = new ArrayList<>();

        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
        void tell(String event) {
            told.add(event);
        }
    }

    static class Reactive {
        @Optimistic("page")
        @Transactional
        public Mono<String> work() {
            return Mono.empty();
        }
    }

    static class DeafManager {

        @Bean
        PlatformTransactionManager transactionManager(DataSource source) {
            DataSourceTransactionManager manager = new DataSourceTransactionManager(source);
            return new PlatformTransactionManager() {
                @Override
                public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
                    return manager.getTransaction(definition);
                }

                @Override
                public void commit(TransactionStatus status) {
                    manager.commit(status);
                }

                @Override
                public void rollback(TransactionStatus status) {
                    manager.rollback(status);
                }
            };
        }
    }

    @EnableTransactionManagement(order = Integer.MIN_VALUE)
    static class TransactionsFirst {}

    @EnableTransactionManagement(order = 100)
    static class TransactionsEarly {}
}
