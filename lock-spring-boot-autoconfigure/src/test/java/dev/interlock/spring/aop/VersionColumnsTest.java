package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withTransactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockManager;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.Optimistic;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Rows with a version, as Spring Data keeps it: what it refuses is a conflict. */
class VersionColumnsTest {

    private static final int THREADS = 6;
    private static final int ROUNDS = 15;

    private final ApplicationContextRunner runner = withTransactions()
            .withPropertyValues("interlock.optimistic.backoff.initial=1ms", "interlock.optimistic.backoff.max=20ms")
            .withUserConfiguration(DataJdbc.class)
            .withBean(Articles.class);

    @Test
    void noUpdateIsLostThoughEachNamesAnotherResource() {
        runner.withPropertyValues("interlock.optimistic.kinds.stubborn.retries=100000", "kind.of.articles=stubborn")
                .run(context -> {
                    Articles articles = context.getBean(Articles.class);
                    AtomicInteger names = new AtomicInteger();
                    Rivals.together(Collections.nCopies(THREADS, () -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            articles.increment("article " + names.incrementAndGet(), () -> {});
                        }
                        return null;
                    }));
                    assertThat(articles.article().counted()).isEqualTo(THREADS * ROUNDS);
                    assertThat(articles.article().version()).isEqualTo(THREADS * ROUNDS);
                });
    }

    @Test
    void withoutATransactionTheVersionAloneIsEnough() {
        runner.run(context -> {
            Articles articles = context.getBean(Articles.class);
            AtomicInteger tries = new AtomicInteger();
            articles.incrementWithoutTransaction(() -> {
                if (tries.incrementAndGet() == 1) {
                    Rivals.elsewhere(() -> {
                        articles.increment("elsewhere", () -> {});
                        return null;
                    });
                }
            });
            assertThat(tries).hasValue(2);
            assertThat(articles.article().counted()).isEqualTo(2);
        });
    }

    @Test
    void aRowThatChangedBehindEverybodysBackIsAConflictToo() {
        runner.run(context -> {
            Articles articles = context.getBean(Articles.class);
            assertThatThrownBy(() -> articles.increment("article", () -> Rivals.elsewhere(articles::changedByAnother)))
                    .isInstanceOf(OptimisticConflictException.class)
                    .hasCauseInstanceOf(OptimisticLockingFailureException.class);
            assertThat(articles.article().counted()).isZero();
            assertThat(context.getBean(LockManager.class).operations().totals().conflicts())
                    .isEqualTo(6);
        });
    }

    record Article(@Id long id, @Version int version, int counted) {}

    static class Articles {

        private final JdbcAggregateTemplate rows;
        private final JdbcTemplate jdbc;

        Articles(JdbcAggregateTemplate rows, JdbcTemplate jdbc) {
            this.rows = rows;
            this.jdbc = jdbc;
            jdbc.execute("create table \"ARTICLE\" (id bigint primary key, version int, counted int)");
            jdbc.update("insert into article values (1, 0, 0)");
        }

        @Optimistic(value = "article", key = "#name", kind = "${kind.of.articles:NORMAL}")
        @Transactional
        public void increment(String name, Runnable between) {
            write(between);
        }

        @Optimistic("article")
        public void incrementWithoutTransaction(Runnable between) {
            write(between);
        }

        private void write(Runnable between) {
            Article article = article();
            between.run();
            rows.update(new Article(1, article.version(), article.counted() + 1));
        }

        int changedByAnother() {
            return jdbc.update("update article set version = version + 1");
        }

        Article article() {
            return rows.findById(1L, Article.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DataJdbc extends AbstractJdbcConfiguration {}
}
