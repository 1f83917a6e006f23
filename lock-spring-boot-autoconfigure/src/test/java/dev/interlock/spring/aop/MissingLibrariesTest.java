package dev.interlock.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockManager;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.Optimistic;
import dev.interlock.annotation.WriteLock;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import io.reactivex.rxjava3.core.Flowable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.ClassUtils;

@Tag("once")
class MissingLibrariesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(reactor|spring-(web|security))",
                "^spring-(tx|jdbc|boot-transaction)",
                "^context-propagation-",
                "^(reactor|spring-(tx|jdbc|web|security)|context-propagation|aspectjweaver|rxjava|reactive-streams)"
            })
    void lockedMethodsWorkWithout(String libraries) throws Exception {
        Classpath.runWithout(libraries, PlainProgram.class);
    }

    @Test
    void aMethodThatAnswersWithAPublisherFailsTheStartWithoutReactor() throws Exception {
        Classpath.runWithout("^(reactor|spring-(web|security))", PublishingProgram.class);
    }

    public static final class PlainProgram implements Runnable {

        @Override
        public void run() {
            Applications.withLocks().withBean(Plain.class).run(context -> {
                LockManager locks = context.getBean(LockManager.class);
                Plain plain = context.getBean(Plain.class);
                assertThat(plain.blocking()).containsExactly("WRITE one");
                assertThat(plain.later().join()).containsExactly("WRITE one");
                Holds.elsewhere(locks, "two");
                assertThat(plain.skipped()).isEmpty();
                assertThat(plain.tried(new AtomicInteger())).isEqualTo("try 2");
            });
        }
    }

    static class Plain {

        private final LockManager locks;

        Plain(LockManager locks) {
            this.locks = locks;
        }

        @WriteLock("one")
        public List<String> blocking() {
            return Holds.all(locks);
        }

        @WriteLock("one")
        public CompletableFuture<List<String>> later() {
            return CompletableFuture.completedFuture(Holds.all(locks));
        }

        @Optimistic("three")
        public String tried(AtomicInteger tries) {
            if (tries.incrementAndGet() == 1) {
                OptimisticLocks optimistic = locks.optimistic();
                optimistic
                        .on("four")
                        .retries(0)
                        .attempt(now -> {
                            throw new OptimisticConflictException("somebody was faster", null, null, null);
                        })
                        .orElseThrow();
            }
            return "try " + tries;
        }

        @WriteLock(value = "two", timeout = "0s", onTimeout = OnTimeout.SKIP)
        public List<String> skipped() {
            return Holds.all(locks);
        }
    }

    public static final class PublishingProgram implements Runnable {

        @Override
        public void run() {
            assertThat(ClassUtils.isPresent(
                            "reactor.core.publisher.Flux", getClass().getClassLoader()))
                    .isFalse();
            assertRefused(Flows.class, "Flows.publisher()");
            assertRefused(Flowables.class, "Flowables.publisher()");
        }

        private static void assertRefused(Class<?> bean, String method) {
            Applications.withLocks().withBean(bean).run(context -> assertThat(context.getStartupFailure())
                    .isInstanceOfSatisfying(LockConfigurationException.class, failure -> assertThat(failure.action())
                            .contains("io.projectreactor:reactor-core"))
                    .hasMessageContaining(method));
        }
    }

    static class Flows {
        @WriteLock("one")
        public Flow.@org.jspecify.annotations.Nullable Publisher<String> publisher() {
            return null;
        }
    }

    static class Flowables {
        @WriteLock("one")
        public Flowable<String> publisher() {
            return Flowable.empty();
        }
    }
}
