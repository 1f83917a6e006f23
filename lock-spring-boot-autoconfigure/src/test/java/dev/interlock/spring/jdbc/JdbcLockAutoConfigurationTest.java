package dev.interlock.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.LockBackend;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import dev.interlock.store.jdbc.JdbcLockStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.assertj.core.api.AbstractThrowableAssert;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(120)
class JdbcLockAutoConfigurationTest {

    private final String memory = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(InterlockAutoConfiguration.class, JdbcLockAutoConfiguration.class));

    private final ApplicationContextRunner contexts = bare.withConfiguration(
                    AutoConfigurations.of(DataSourceAutoConfiguration.class))
            .withPropertyValues("interlock.backend=jdbc");

    private ApplicationContextRunner inMemory() {
        return contexts.withPropertyValues("spring.datasource.url=" + memory);
    }

    private static DataSource database(String url) {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL(url);
        h2.setUser("sa");
        return h2;
    }

    private static LockManager locks(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        return context.getBean(LockManager.class);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ApplicationContextRunner contexts, String action) {
        List<Throwable> failure = new ArrayList<>();
        contexts.run(context -> failure.add(context.getStartupFailure()));
        LockConfigurationException refusal = refusal(failure.get(0));
        assertThat(refusal.action()).contains(action);
        return assertThat(refusal);
    }

    private static LockConfigurationException refusal(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof LockConfigurationException refusal) {
                return refusal;
            }
        }
        throw new AssertionError("it was not refused", failure);
    }

    // --- locks -----------------------------------------------------------------------------------------------------

    @Test
    void twoApplicationsOnOneDatabaseKeepEachOtherOut() {
        inMemory().run(one -> inMemory().run(other -> {
            try (LockHandle held = locks(one).write("account:1").acquire()) {
                assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> locks(other)
                        .write("account:1")
                        .timeout(Duration.ofMillis(100))
                        .acquire());
                assertThat(held.isHeld()).isTrue();
            }
            try (LockHandle next = locks(other)
                    .distributed("account:1")
                    .timeout(Duration.ofSeconds(20))
                    .acquire()) {
                assertThat(next.isHeld()).isTrue();
            }
        }));
    }

    @Test
    void theDatabaseMayBeForDistributedLocksAlone() {
        ApplicationContextRunner distributed =
                inMemory().withPropertyValues("interlock.backend=memory", "interlock.distributed.backend=jdbc");
        distributed.run(one -> distributed.run(other -> {
            try (LockHandle plain = locks(one).write("account:1").acquire();
                    LockHandle far = locks(one).distributed("report:1").acquire()) {
                assertThat(locks(other).write("account:1").tryAcquire()).hasValueSatisfying(LockHandle::close);
                assertThat(locks(other).distributed("report:1").tryAcquire()).isEmpty();
                assertThat(List.of(plain, far)).allMatch(LockHandle::isHeld);
            }
        }));
    }

    @Test
    void aLockThatIsTakenInATransactionIsNoPartOfIt() {
        DataSource database = database(memory);
        inMemory()
                .withBean(
                        DataSource.class, () -> new DelegatingDataSource(new TransactionAwareDataSourceProxy(database)))
                .run(one -> inMemory().run(other -> {
                    LockHandle[] held = new LockHandle[1];
                    new TransactionTemplate(new JdbcTransactionManager(database)).executeWithoutResult(transaction -> {
                        held[0] = locks(one).write("account:1").acquire();
                        transaction.setRollbackOnly();
                    });

                    assertThat(held[0].isHeld()).isTrue();
                    assertThat(locks(other).write("account:1").tryAcquire()).isEmpty();
                    held[0].close();
                }));
    }

    @Test
    void aDataSourceThatKnowsNoTransactionsIsTakenAsItIs() {
        DataSource database = database(memory);
        DataSource around = new DelegatingDataSource(database);

        assertThat(TransactionAware.unwrapped(around)).isSameAs(around);
        assertThat(TransactionAware.unwrapped(new TransactionAwareDataSourceProxy(around)))
                .isSameAs(around);
        assertThat(TransactionAware.unwrapped(new DelegatingDataSource(new TransactionAwareDataSourceProxy(around))))
                .isSameAs(around);
    }

    // --- tables ----------------------------------------------------------------------------------------------------

    @Test
    void inADatabaseInMemoryTheTablesAreMade() {
        inMemory().withPropertyValues("interlock.jdbc.table-prefix=APP_LOCK_").run(context -> assertThat(
                        tables(context.getBean(DataSource.class)))
                .containsExactlyInAnyOrder("APP_LOCK_RECORD", "APP_LOCK_SESSION", "APP_LOCK_STAMP"));
    }

    private static List<String> tables(DataSource source) {
        return new JdbcTemplate(source)
                .queryForList(
                        "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC'", String.class);
    }

    @Test
    void inAnyOtherDatabaseTheyAreNotAndTheStartSaysWhereTheScriptIs(@TempDir Path directory) {
        assertRefused(
                        contexts.withPropertyValues("spring.datasource.url=jdbc:h2:file:" + directory.resolve("locks")),
                        "interlock.jdbc.initialize-schema=always")
                .hasMessageContaining("LOCK_RECORD")
                .hasMessageContaining("dev/interlock/store/jdbc/schema-h2.sql");
    }

    @Test
    void inAnyOtherDatabaseTheyAreMadeWhenThatIsAskedFor(@TempDir Path directory) {
        contexts.withPropertyValues(
                        "spring.datasource.url=jdbc:h2:file:" + directory.resolve("locks"),
                        "interlock.jdbc.initialize-schema=always")
                .run(context -> {
                    locks(context).write("account:1").run(() -> {});
                    assertThat(tables(context.getBean(DataSource.class))).contains("LOCK_RECORD");
                });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aDatabaseThatWasMadeBeforeThereWereStampsServesForLocksAndGetsThemWhenThatIsAskedFor(
            @TempDir Path directory, CapturedOutput output) {
        ApplicationContextRunner before =
                contexts.withPropertyValues("spring.datasource.url=jdbc:h2:file:" + directory.resolve("locks"));
        before.withPropertyValues("interlock.jdbc.initialize-schema=always")
                .run(context -> new JdbcTemplate(context.getBean(DataSource.class)).execute("DROP TABLE LOCK_STAMP"));
        assertThat(output).doesNotContain("changes without locks");

        before.run(context -> {
            locks(context).write("account:1").run(() -> {});
            assertThat(output).containsOnlyOnce("changes without locks").contains("the table LOCK_STAMP is not there");
        });

        before.withPropertyValues("interlock.jdbc.initialize-schema=always")
                .run(context ->
                        assertThat(tables(context.getBean(DataSource.class))).contains("LOCK_STAMP"));
    }

    @Test
    void whoSaysNeverHasToMakeThem() {
        assertRefused(
                inMemory().withPropertyValues("interlock.jdbc.initialize-schema=never"),
                "interlock.jdbc.initialize-schema=always");
    }

    @Test
    void tablesThatTheApplicationMakesItselfAreAwaited() {
        inMemory()
                .withPropertyValues("interlock.jdbc.initialize-schema=never")
                .withUserConfiguration(OwnMigration.class)
                .run(context -> locks(context).write("account:1").run(() -> {}));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnMigration {

        @Bean
        DataSourceScriptDatabaseInitializer migration(DataSource source) {
            DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
            settings.setMode(DatabaseInitializationMode.ALWAYS);
            settings.setSchemaLocations(List.of("classpath:dev/interlock/store/jdbc/schema-h2.sql"));
            return new DataSourceScriptDatabaseInitializer(source, settings);
        }
    }

    // --- which database --------------------------------------------------------------------------------------------

    @Test
    void withoutADataSourceTheStartFails() {
        assertRefused(bare.withPropertyValues("interlock.backend=jdbc"), "spring-boot-starter-jdbc")
                .hasMessage("the backend 'jdbc' is asked for, and there is no DataSource");
    }

    @Test
    void withSeveralDataSourcesTheStartFailsUntilOneIsChosen() {
        ApplicationContextRunner several = two(definition -> {});

        assertRefused(several, "Set interlock.jdbc.data-source to the name of one, or annotate it with @LockDataSource")
                .hasMessage("the backend 'jdbc' is asked for, and there are several DataSource beans: orders, reports");
        assertLocksIn("reports", several.withPropertyValues("interlock.jdbc.data-source=reports"));
        assertLocksIn("reports", two(definition -> definition.setPrimary(true)));
        assertLocksIn("reports", two(definition -> ((AbstractBeanDefinition) definition)
                .addQualifier(new AutowireCandidateQualifier(LockDataSource.class))));
    }

    @Test
    void aDataSourceOfTheWrongNameFailsTheStart() {
        assertRefused(
                        two(definition -> {}).withPropertyValues("interlock.jdbc.data-source=order"),
                        "Name one of those.")
                .hasMessage("interlock.jdbc.data-source is 'order', and there is no DataSource bean of that name; there"
                        + " are: orders, reports");
    }

    private ApplicationContextRunner two(Consumer<BeanDefinition> customizer) {
        return bare.withPropertyValues("interlock.backend=jdbc")
                .withBean("orders", DataSource.class, () -> database(memory.replace(";", "-orders;")))
                .withBean(
                        "reports",
                        DataSource.class,
                        () -> database(memory.replace(";", "-reports;")),
                        customizer::accept);
    }

    private static void assertLocksIn(String name, ApplicationContextRunner contexts) {
        contexts.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(tables(context.getBean(name, DataSource.class))).contains("LOCK_RECORD");
            assertThat(tables(context.getBean("orders", DataSource.class))).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "embedded", "always"})
    void aDatabaseThatCannotBeReachedFailsTheStart(String initialize) {
        assertRefused(
                        bare.withPropertyValues(
                                        "interlock.backend=jdbc", "interlock.jdbc.initialize-schema=" + initialize)
                                .withBean(DataSource.class, () -> database("jdbc:h2:tcp://127.0.0.1:1/nowhere")),
                        "See that the database can be reached")
                .hasMessageStartingWith("the backend 'jdbc' cannot be used");
    }

    // --- around ----------------------------------------------------------------------------------------------------

    @Test
    void whoDoesNotAskForItHasNothingOfIt() {
        bare.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=" + memory)
                .run(context -> {
                    assertThat(context)
                            .doesNotHaveBean(JdbcLockBackend.class)
                            .doesNotHaveBean(LockSchemaInitializer.class);
                    assertThat(tables(context.getBean(DataSource.class))).isEmpty();
                });
    }

    @Test
    void springJdbcMayBeMissing() {
        ApplicationContextRunner plain = bare.withClassLoader(
                        new FilteredClassLoader("org.springframework.jdbc", "org.springframework.boot.jdbc"))
                .withPropertyValues("interlock.backend=jdbc")
                .withBean(DataSource.class, () -> database(memory));

        assertRefused(plain, "interlock.jdbc.initialize-schema=always").hasMessageContaining("schema-h2.sql");
    }

    @Test
    void theManagerIsClosedBeforeTheDatabase() {
        List<Boolean> closedFirst = new ArrayList<>();
        LockManager[] locks = new LockManager[1];
        inMemory()
                .withBean(
                        "database",
                        Closing.class,
                        () -> new Closing(database(memory), () -> closedFirst.add(locks[0].isClosed())))
                .run(context -> {
                    locks[0] = locks(context);
                    locks[0].write("account:1").run(() -> {});
                });

        assertThat(closedFirst).containsExactly(true);
    }

    private static final class Closing extends DelegatingDataSource implements AutoCloseable {

        private final Runnable closing;

        Closing(DataSource target, Runnable closing) {
            super(target);
            this.closing = closing;
        }

        @Override
        public void close() {
            closing.run();
        }
    }

    @Test
    void aBackendOfTheApplicationsOwnMayBeNamed() {
        bare.withPropertyValues("interlock.backend=own")
                .withBean(
                        LockBackend.class,
                        () -> LockBackend.of("own", () -> {
                            JdbcLockStore store =
                                    JdbcLockStore.builder(database(memory)).build();
                            store.createTables(Duration.ofSeconds(30));
                            return store;
                        }))
                .run(context -> {
                    locks(context).write("account:1").run(() -> {});
                    assertThat(tables(database(memory))).contains("LOCK_RECORD");
                });
    }

    @Test
    void imagesThatAreBuiltAheadOfTimeHaveTheScripts() {
        RuntimeHints hints = new RuntimeHints();

        new LockScriptHints().registerHints(hints, null);

        assertThat(RuntimeHintsPredicates.resource().forResource("dev/interlock/store/jdbc/schema-postgresql.sql"))
                .accepts(hints);
    }
}
