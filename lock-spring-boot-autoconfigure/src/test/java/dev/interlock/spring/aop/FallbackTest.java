package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.DeadlockException;
import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.WriteLock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

@SuppressWarnings("unused") // the fallbacks are called by name
class FallbackTest {

    private final ApplicationContextRunner runner = withLocks().withBean(Quotes.class);

    @Test
    void isCalledWithTheArgumentsOfTheMethod() {
        withLockElsewhere(quotes -> assertThat(quotes.plain("IBM", 3)).isEqualTo("IBM 3 instead"));
    }

    @Test
    void isToldOfTheTimeout() {
        withLockElsewhere(quotes -> assertThat(quotes.toldOfTimeout("IBM"))
                .startsWith("LockTimeoutException")
                .contains("quote", "somebody"));
    }

    @Test
    void isToldOfAnyFailureThatItsParameterAllows() {
        withLockElsewhere(quotes -> {
            assertThat(quotes.toldOfLocks("IBM")).isEqualTo("locks LockTimeoutException");
            assertThat(quotes.toldOfAnything("IBM")).isEqualTo("anything LockTimeoutException");
        });
    }

    @Test
    void isTheOneThatIsToldIfThereAreBoth() {
        withLockElsewhere(quotes -> assertThat(quotes.overloaded("IBM")).isEqualTo("told IBM"));
    }

    @Test
    void mayThrowWhatTheMethodMayThrow() {
        withLockElsewhere(quotes -> assertThatThrownBy(() -> quotes.failing("IBM"))
                .isInstanceOf(IOException.class)
                .hasMessage("IBM"));
    }

    @Test
    void mayAnswerLater() {
        withLockElsewhere(quotes -> assertThat(quotes.later("IBM")).isCompletedWithValue("IBM later"));
    }

    @Test
    void thatThrowsFailsTheFuture() {
        withLockElsewhere(quotes -> assertThat(quotes.laterFailing("IBM"))
                .isCompletedExceptionally()
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .withMessage("IBM failed"));
    }

    @Test
    void isNotCalledForWhatTheMethodItselfThrows() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(Quotes.class).throwing("IBM"))
                .isInstanceOf(LockException.class)
                .hasMessage("of the method"));
    }

    @Test
    void mayBeInTheClassWhereTheAnnotationIsOnTheInterface() {
        withLocks().withUserConfiguration(Late.class).run(context -> {
            Holds.elsewhere(context.getBean(LockManager.class), "quote");
            assertThat(context.getBean(Ticker.class).price("IBM")).isEqualTo("last price of IBM");
        });
    }

    @Test
    void runsWithoutTheLock() {
        withLockElsewhere(quotes -> assertThat(quotes.plain("IBM", 3)).isEqualTo("IBM 3 instead"));
        runner.run(context -> {
            Holds.elsewhere(context.getBean(LockManager.class), "quote");
            context.getBean(Quotes.class).plain("IBM", 3);
            assertThat(Holds.all(context.getBean(LockManager.class))).containsExactly("WRITE quote");
        });
    }

    @Test
    void forAnyFailureIsCalledForTheVictimOfADeadlock() {
        assertVictim(Quotes::victimReplaced, "victim DeadlockException");
    }

    @Test
    void forTimeoutsIsNotCalledForTheVictimOfADeadlock() {
        assertVictim(Quotes::victimPlain, "DeadlockException");
    }

    /** Two threads that hold what the other wants; one of them is asked to give way. */
    private void assertVictim(Crossing crossing, String outcome) {
        runner.withPropertyValues("interlock.deadlock.policy=break").run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            Quotes quotes = context.getBean(Quotes.class);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Future<String> first = threads.submit(() -> cross(locks, quotes, crossing, "left"));
                Future<String> second = threads.submit(() -> cross(locks, quotes, crossing, "right"));
                assertThat(List.of(first.get(30, TimeUnit.SECONDS), second.get(30, TimeUnit.SECONDS)))
                        .containsExactlyInAnyOrder("both", outcome);
            } finally {
                threads.shutdownNow();
            }
        });
    }

    private static String cross(LockManager locks, Quotes quotes, Crossing crossing, String side) {
        try (var held = locks.write("side", side).acquire()) {
            String other = side.equals("left") ? "right" : "left";
            await().until(() -> locks.monitor().isLocked("side:" + other));
            return crossing.cross(quotes, other);
        } catch (DeadlockException victim) {
            return victim.getClass().getSimpleName();
        }
    }

    private interface Crossing {
        String cross(Quotes quotes, String other);
    }

    private void withLockElsewhere(Consumer<Quotes> test) {
        runner.run(context -> {
            Holds.elsewhere(context.getBean(LockManager.class), "quote");
            test.accept(context.getBean(Quotes.class));
        });
    }

    interface Ticker {

        @WriteLock(value = "quote", timeout = "0s", fallback = "last")
        String price(String name);
    }

    static class LateTicker implements Ticker {

        @Override
        public String price(String name) {
            return "fresh";
        }

        private String last(String name) {
            return "last price of " + name;
        }
    }

    static class Late {

        @Bean
        @Lazy
        Ticker ticker() {
            return new LateTicker();
        }
    }

    static class Quotes {

        @WriteLock(value = "quote", timeout = "0s", fallback = "instead")
        public String plain(String name, int count) {
            return "fresh";
        }

        private String instead(String name, int count) {
            return name + " " + count + " instead";
        }

        private String instead(String name, String other) {
            return "wrong";
        }

        @WriteLock(value = "quote", timeout = "0s", fallback = "ofTimeout")
        public String toldOfTimeout(String name) {
            return "fresh";
        }

        String ofTimeout(String name, LockTimeoutException failure) {
            return failure.getClass().getSimpleName() + ": " + failure.getMessage();
        }

        @WriteLock(value = "quote", timeout = "0s", fallback = "ofLocks")
        public String toldOfLocks(String name) {
            return "fresh";
        }

        String ofLocks(String name, LockException failure) {
            return "locks " + failure.getClass().getSimpleName();
        }

        @WriteLock(value = "quote", timeout = "0s", fallback = "ofAnything")
        public String toldOfAnything(String name) {
            return "fresh";
        }

        String ofAnything(String name, Exception failure) {
            return "anything " + failure.getClass().getSimpleName();
        }

        @WriteLock(value = "quote", timeout = "0s", fallback = "both")
        public String overloaded(String name) {
            return "fresh";
        }

        String both(String name) {
            return "not told";
        }

        String both(String name, LockTimeoutException failure) {
            return "told " + name;
        }

        @WriteLock(value = "quote", timeout = "0s", fallback = "fail")
        public String failing(String name) throws IOException {
            return "fresh";
        }

        private String fail(String name) throws IOException {
            throw new IOException(name);
        }

        @WriteLock(value = "quote", timeout = "0s", fallback = "laterInstead")
        public CompletableFuture<String> later(String name) {
            return CompletableFuture.completedFuture("fresh");
        }

        private CompletableFuture<String> laterInstead(String name) {
            return CompletableFuture.completedFuture(name + " later");
        }

        @WriteLock(value = "quote", timeout = "0s", fallback = "laterThrown")
        public CompletableFuture<String> laterFailing(String name) {
            return CompletableFuture.completedFuture("fresh");
        }

        private CompletableFuture<String> laterThrown(String name) {
            throw new IllegalStateException(name + " failed");
        }

        @WriteLock(value = "quote", fallback = "ofLocks")
        public String throwing(String name) {
            throw new LockException("of the method");
        }

        @WriteLock(value = "side", key = "#other", fallback = "victim")
        public String victimReplaced(String other) {
            return "both";
        }

        String victim(String other, LockException failure) {
            return "victim " + failure.getClass().getSimpleName();
        }

        @WriteLock(value = "side", key = "#other", fallback = "notForVictims")
        public String victimPlain(String other) {
            return "both";
        }

        String notForVictims(String other) {
            return "wrong";
        }
    }
}
