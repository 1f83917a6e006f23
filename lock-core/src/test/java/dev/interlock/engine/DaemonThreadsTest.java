package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DaemonThreadsTest {

    private final DaemonThreads threads = DaemonThreads.named("mine");

    @Test
    void theyAreDaemonsWithNamesOfTheirOwn() {
        Thread first = threads.newThread(() -> {});

        assertThat(first.isDaemon()).isTrue();
        assertThat(first.getName()).isEqualTo("mine-1");
        assertThat(threads.newThread(() -> {}).getName()).isEqualTo("mine-2");
    }

    @Test
    void theyInheritNoThreadLocals() throws Exception {
        InheritableThreadLocal<@Nullable String> user = new InheritableThreadLocal<>();
        CompletableFuture<String> seen = new CompletableFuture<>();
        user.set("alice");
        try {
            threads.newThread(() -> seen.complete("user " + user.get())).start();
        } finally {
            user.remove();
        }

        assertThat(seen.get(20, TimeUnit.SECONDS)).isEqualTo("user null");
    }

    @Test
    void theySeeTheClassesOfTheApplication() throws Exception {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try (URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            current.setContextClassLoader(application);

            assertThat(threads.newThread(() -> {}).getContextClassLoader()).isSameAs(application);
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
