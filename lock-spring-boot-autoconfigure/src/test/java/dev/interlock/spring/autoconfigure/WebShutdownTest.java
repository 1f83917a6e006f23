package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A real web server, and a request that is under way when the application ends. */
@Timeout(60)
class WebShutdownTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aRequestUnderWayStillGetsItsLockWhileTheApplicationEnds() throws Exception {
        ConfigurableApplicationContext context = start();
        LockManager locks = context.getBean(LockManager.class);
        Door door = context.getBean(Door.class);
        CompletableFuture<HttpResponse<String>> answer = HttpClient.newHttpClient()
                .sendAsync(HttpRequest.newBuilder(addressOf(context)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(door.entered.await(20, TimeUnit.SECONDS)).isTrue();

        context.close();

        assertThat(answer).succeedsWithin(SOON).satisfies(response -> {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("locked");
        });
        assertThat(locks.isClosed()).isTrue();
    }

    private static ConfigurableApplicationContext start() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        return application.run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=graceful");
    }

    private static URI addressOf(ConfigurableApplicationContext context) {
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        return URI.create("http://127.0.0.1:" + port + "/door");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        InterlockAutoConfiguration.class
    })
    @Import(Door.class)
    static class Application {}

    /** Asks for its lock only when the application has begun to end. */
    @RestController
    static class Door {

        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch ending = new CountDownLatch(1);
        private final LockManager locks;

        Door(LockManager locks) {
            this.locks = locks;
        }

        @GetMapping("/door")
        String enter() throws Exception {
            entered.countDown();
            ending.await();
            return locks.write("door").call(() -> "locked");
        }

        @EventListener
        void on(ContextClosedEvent event) {
            ending.countDown();
        }
    }
}
