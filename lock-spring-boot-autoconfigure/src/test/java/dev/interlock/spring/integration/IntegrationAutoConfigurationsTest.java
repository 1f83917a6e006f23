package dev.interlock.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.Optimistic;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import dev.interlock.spring.aop.LockAopAutoConfiguration;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.support.locks.DefaultLockRegistry;
import org.springframework.integration.support.locks.LockRegistry;

/** Spring Integration's locks as a backend, and Interlock as its registry, as an application asks for them. */
@Timeout(120)
class IntegrationAutoConfigurationsTest {

    private final Database database = new Database();
    private final JdbcLockRegistry oldService = database.service();

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    InterlockAutoConfiguration.class,
                    RegistryBackendAutoConfiguration.class,
                    LockRegistryAutoConfiguration.class,
                    AopAutoConfiguration.class,
                    LockAopAutoConfiguration.class));

    private final ApplicationContextRunner onRegistry = contexts.withPropertyValues("interlock.backend=registry")
            .withBean("oldLocks", JdbcLockRegistry.class, database::service);

    @AfterEach
    void close() {
        database.close();
    }

    private static LockManager locks(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        return context.getBean(LockManager.class);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ApplicationContextRunner contexts, String action) {
        List<Throwable> failure = new ArrayList<>();
        contexts.run(context -> failure.add(context.getStartupFailure()));
        for (Throwable each = failure.get(0); each != null; each = each.getCause()) {
            if (each instanceof LockConfigurationException refusal) {
                assertThat(refusal.action()).contains(action);
                return assertThat(refusal);
            }
        }
        throw new AssertionError("it was not refused", failure.get(0));
    }

    // --- the backend -----------------------------------------------------------------------------------------------

    @Test
    void anApplicationAndAServiceThatLocksThroughTheTableKeepEachOtherOut() {
        onRegistry.run(context -> {
            Lock old = oldService.obtain("account:1");
            try (LockHandle held = locks(context).write("account:1").acquire()) {
                assertThat(held.isHeld()).isTrue();
                assertThat(old.tryLock()).isFalse();
            }
            await().pollInSameThread().until(old::tryLock);

            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> locks(context)
                    .write("account:1")
                    // long enough that it is the other service that is slow, and not the database
                    .timeout(Duration.ofSeconds(2))
                    .acquire());
            old.unlock();
            locks(context).write("account:1").run(() -> {});
        });
    }

    @Test
    void anAnnotatedMethodLocksThroughTheTable() {
        onRegistry.withBean(Writer.class).run(context -> {
            assertThat(context).hasNotFailed();
            context.getBean(Writer.class)
                    .write(() ->
                            assertThat(oldService.obtain("account").tryLock()).isFalse());
        });
    }

    @Test
    void thereAreNoStampsInTheTableSoOperationsAreRefusedWhereTheyAreAskedFor() {
        onRegistry.run(context -> assertThat(context).hasNotFailed());
        assertRefused(onRegistry.withBean(Tried.class), "the setting, as the message says")
                .hasMessageContaining("Tried.work() cannot have its operation on 'account'")
                .hasMessageContaining("keeps no version stamps");
    }

    static class Tried {
        @Optimistic("account")
        public void work() {}
    }

    static class Writer {
        @WriteLock("account")
        public void write(Runnable task) {
            task.run();
        }
    }

    @Test
    void whenTheApplicationEndsItsThreadsEnd() {
        onRegistry.run(context -> {
            locks(context).write("account:1").run(() -> {});
            assertThat(threads()).isNotEmpty();
        });

        await().untilAsserted(() -> assertThat(threads()).isEmpty());
        assertThat(oldService.obtain("account:1").tryLock()).isTrue();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("interlock-registry-oldLocks"))
                .toList();
    }

    @Test
    void readLocksAreRefusedWhenTheyAreAskedFor() {
        onRegistry.run(context -> assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> locks(context).read("account:1"))
                .withMessageContaining("exclusive locks alone"));
    }

    @Test
    void readLocksOnMethodsAreRefusedAtTheStart() {
        assertRefused(onRegistry.withBean(Reader.class), "Change the annotation")
                .hasMessageContaining("Reader.read() cannot have its lock on 'account'")
                .hasMessageContaining("exclusive locks alone");
    }

    static class Reader {
        @ReadLock("account")
        public void read() {}
    }

    @Test
    void whatOthersWriteCannotBeLookedAtAndThatIsSaidWhenItIsAskedFor() {
        onRegistry.run(context -> assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> locks(context).write("account:1").checkDependencies())
                .withMessageContaining("'account:1' depends on")
                .withMessageContaining("all(…)"));
        assertRefused(onRegistry.withBean(Careful.class), "Change the annotation")
                .hasMessageContaining("Careful.write() cannot have its lock on 'account'")
                .hasMessageContaining("does not tell what other processes hold");
    }

    static class Careful {
        @WriteLock(value = "account", checkDependencies = true)
        public void write() {}
    }

    @Test
    void itMayBeForDistributedLocksAlone() {
        contexts.withPropertyValues("interlock.distributed.backend=registry")
                .withBean(JdbcLockRegistry.class, database::service)
                .run(context -> {
                    try (LockHandle read = locks(context).read("account:1").acquire();
                            LockHandle held =
                                    locks(context).distributed("report:1").acquire()) {
                        assertThat(List.of(read, held)).allMatch(LockHandle::isHeld);
                        assertThat(oldService.obtain("report:1").tryLock()).isFalse();
                        assertThat(database.rowsThatHold()).isOne();
                    }
                });
    }

    @Test
    void withoutARegistryTheStartFails() {
        assertRefused(contexts.withPropertyValues("interlock.backend=registry"), "JdbcLockRegistry")
                .hasMessage("the backend 'registry' is asked for, and there is no LockRegistry bean");
    }

    @Test
    void withSeveralRegistriesTheStartFailsUntilOneIsPrimary() {
        assertRefused(onRegistry.withBean("others", DefaultLockRegistry.class), "@Primary")
                .hasMessage("the backend 'registry' is asked for, and there are several LockRegistry beans: oldLocks,"
                        + " others");
        onRegistry
                .withBean("others", DefaultLockRegistry.class, DefaultLockRegistry::new, it -> it.setPrimary(true))
                .run(context -> {
                    try (LockHandle held = locks(context).write("account:1").acquire()) {
                        assertThat(held.isHeld()).isTrue();
                        assertThat(database.rowsThatHold()).isZero();
                    }
                });
    }

    // --- the registry ----------------------------------------------------------------------------------------------

    @Test
    void nobodyGetsARegistryUnasked() {
        contexts.run(context -> assertThat(context).doesNotHaveBean(LockRegistry.class));
    }

    @Test
    void whoAsksForItGetsARegistryOfDistributedLocks(@TempDir Path directory) {
        contexts.withPropertyValues("interlock.integration.lock-registry=true", "interlock.file.directory=" + directory)
                .run(context -> {
                    Lock lock = registry(context).obtain("leader");
                    assertThat(lock.tryLock()).isTrue();

                    assertThat(locks(context).monitor().statuses())
                            .singleElement()
                            .satisfies(status -> assertThat(status.backend()).isEqualTo("file"));
                    assertThat(lock).hasToString("WRITE lock on 'integration:leader'");
                    assertThat(directory).isNotEmptyDirectory();
                    lock.unlock();
                });
    }

    @Test
    void theTypeAndTheBackendOfItsLocksMayBeChosen() {
        contexts.withPropertyValues(
                        "interlock.integration.lock-registry=true",
                        "interlock.integration.type=flow",
                        "interlock.integration.distributed=false")
                .run(context -> {
                    Lock lock = registry(context).obtain("group");
                    assertThat(lock.tryLock()).isTrue();
                    assertThat(locks(context).monitor().holders("flow:group")).hasSize(1);
                    lock.unlock();
                });
    }

    private static InterlockLockRegistry registry(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        return context.getBean(InterlockLockRegistry.class);
    }

    @Test
    void aRegistryOfTheApplicationIsKept() {
        contexts.withPropertyValues("interlock.integration.lock-registry=true")
                .withBean(DefaultLockRegistry.class)
                .run(context -> assertThat(context).hasSingleBean(LockRegistry.class));
    }

    @Test
    void aRegistryCannotBeBothBehindInterlockAndInFrontOfIt() {
        assertRefused(
                        onRegistry.withPropertyValues("interlock.integration.lock-registry=true"),
                        "Remove interlock.integration.lock-registry")
                .hasMessageContaining("each would wait for the other");
        assertRefused(
                        contexts.withPropertyValues("interlock.backend=registry")
                                .withBean(
                                        InterlockLockRegistry.class,
                                        () -> new InterlockLockRegistry(key -> {
                                            throw new AssertionError("nobody locks");
                                        })),
                        "Choose another backend")
                .hasMessageContaining("and that takes them from Interlock");
    }

    @Test
    void withoutSpringIntegrationTheStartFails() {
        assertRefused(
                        contexts.withClassLoader(new FilteredClassLoader("org.springframework.integration"))
                                .withPropertyValues("interlock.integration.lock-registry=true"),
                        "Add org.springframework.integration:spring-integration-core")
                .hasMessage(
                        "interlock.integration.lock-registry is set, but Spring Integration is not on the class path");
    }
}
