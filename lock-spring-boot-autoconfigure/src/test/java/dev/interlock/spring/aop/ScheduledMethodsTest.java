package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.OnTimeout;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

class ScheduledMethodsTest {

    private final Runs runs = new Runs();
    private final ApplicationContextRunner runner = withLocks()
            .withConfiguration(AutoConfigurations.of(TaskSchedulingAutoConfiguration.class))
            .withUserConfiguration(Scheduling.class)
            .withBean(Runs.class, () -> runs)
            .withBean(Job.class)
            .withPropertyValues("interlock.distributed.backend=memory");

    @Test
    void areSkippedWhileAnotherRuns() {
        runner.run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            LockHandle elsewhere = Holds.elsewhere(locks, "job");
            int before = runs.count.get();
            awaitSkips(locks, 3);
            assertThat(runs.count).hasValue(before);
            elsewhere.close();
            await().until(() -> runs.count.get() >= before + 2);
        });
    }

    @Test
    void areKeptOutForTheLeastTimeEvenInTheSameThread() {
        runner.withPropertyValues("least=1h").run(context -> {
            awaitSkips(context.getBean(LockManager.class), 3);
            assertThat(runs.count).hasValue(1);
            assertThat(runs.threads).hasSize(1);
        });
    }

    @Test
    void runAgainWhenTheLeastTimeIsOver() {
        runner.withPropertyValues("least=20ms").run(context -> {
            await().until(() -> runs.count.get() >= 3);
            awaitSkips(context.getBean(LockManager.class), 1);
        });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads before")
    void areSkippedOnVirtualThreadsToo() {
        runner.withPropertyValues("spring.threads.virtual.enabled=true", "least=1h")
                .run(context -> {
                    awaitSkips(context.getBean(LockManager.class), 3);
                    assertThat(runs.count).hasValue(1);
                    assertThat(runs.virtual).hasValue(1);
                });
    }

    private static void awaitSkips(LockManager locks, int count) {
        await().until(() -> locks.monitor()
                .statistics("job")
                .filter(job -> job.write().timeouts() >= count)
                .isPresent());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

    static class Runs {
        final AtomicInteger count = new AtomicInteger();
        final AtomicInteger virtual = new AtomicInteger();
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    }

    static class Job {

        private final Runs runs;

        Job(Runs runs) {
            this.runs = runs;
        }

        @Scheduled(fixedDelay = 1)
        @DistributedLock(value = "job", timeout = "0s", holdAtLeast = "${least:0s}", onTimeout = OnTimeout.SKIP)
        public void run() {
            runs.threads.add(Thread.currentThread());
            if (Thread.currentThread().toString().startsWith("VirtualThread")) {
                runs.virtual.incrementAndGet();
            }
            runs.count.incrementAndGet();
        }
    }
}
