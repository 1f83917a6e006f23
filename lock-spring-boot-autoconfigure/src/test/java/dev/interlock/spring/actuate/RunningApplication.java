package dev.interlock.spring.actuate;

import com.jayway.jsonpath.JsonPath;
import dev.interlock.LockManager;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** An application with its web server, and a client that talks to its Actuator. */
public final class RunningApplication implements AutoCloseable {

    /** Without security, and served by Netty where it is reactive. */
    public static final String PLAIN = "spring.autoconfigure.exclude="
            + "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration,"
            + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
            + "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration,"
            + "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

    private final ConfigurableApplicationContext context;
    private String authorization = "";

    private RunningApplication(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** An application of this type, on a free port of the loopback interface, with all endpoints exposed. */
    public static RunningApplication start(WebApplicationType type, Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.address=127.0.0.1",
                "server.port=0",
                "interlock.shutdown.drain=0",
                "spring.reactor.netty.shutdown-quiet-period=0s",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.health.show-details=always",
                "spring.main.banner-mode=off"));
        all.addAll(List.of(properties));
        return new RunningApplication(new SpringApplicationBuilder(configuration)
                .web(type)
                .registerShutdownHook(false)
                .properties(all.toArray(String[]::new))
                .run());
    }

    public LockManager locks() {
        return context.getBean(LockManager.class);
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    /** From now on requests are those of this user. */
    public void signIn(String user, String password) {
        String pair = user + ":" + password;
        authorization = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@code GET /actuator/path} answers; parameters are names and values in turn. */
    public Answer get(String path, String... parameters) {
        return send("GET", path + query(parameters));
    }

    public Answer delete(String path, String... parameters) {
        return send("DELETE", path + query(parameters));
    }

    private static String query(String... parameters) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    /** Each over a connection of its own: after a 405 to any endpoint Netty does not always answer the next on the same one. */
    private Answer send(String method, String pathAndQuery) {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/actuator/" + pathAndQuery))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    /** A status and what came with it. */
    public record Answer(int status, String body) {

        /** What is at this place in the JSON. */
        public String text(String path) {
            return JsonPath.read(body, path);
        }

        public int number(String path) {
            return JsonPath.<Number>read(body, path).intValue();
        }

        public boolean flag(String path) {
            return JsonPath.read(body, path);
        }

        public Map<String, Object> map(String path) {
            return JsonPath.read(body, path);
        }

        public List<Object> list(String path) {
            return JsonPath.read(body, path);
        }

        public List<String> texts(String path) {
            return JsonPath.read(body, path);
        }

        public List<Map<String, Object>> maps(String path) {
            return JsonPath.read(body, path);
        }
    }
}
