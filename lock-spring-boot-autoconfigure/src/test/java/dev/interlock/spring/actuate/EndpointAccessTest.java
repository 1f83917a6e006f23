package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.spring.actuate.RunningApplication.Answer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** Who may do what, and in whose name. */
@Timeout(60)
class EndpointAccessTest {

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        AuditEventRepository auditEvents() {
            return new InMemoryAuditEventRepository();
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
        static class Servlet {
            @Bean
            SecurityFilterChain security(HttpSecurity http) {
                return http.authorizeHttpRequests(
                                requests -> requests.anyRequest().authenticated())
                        .httpBasic(Customizer.withDefaults())
                        .csrf(csrf -> csrf.disable())
                        .build();
            }
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
        static class Reactive {
            @Bean
            SecurityWebFilterChain security(ServerHttpSecurity http) {
                return http.authorizeExchange(requests -> requests.anyExchange().authenticated())
                        .httpBasic(Customizer.withDefaults())
                        .csrf(csrf -> csrf.disable())
                        .build();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void aForcedReleaseIsDoneInTheNameOfWhoHasSignedIn(WebApplicationType web) {
        try (RunningApplication application = RunningApplication.start(
                web,
                Application.class,
                "spring.autoconfigure.exclude="
                        + "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
                "spring.security.user.name=olivia",
                "spring.security.user.password=secret",
                "management.endpoint.locks.access=unrestricted",
                "management.endpoint.lockstats.access=unrestricted")) {
            LockHandle handle = application
                    .locks()
                    .write("account:1")
                    .owner(LockOwner.named("alice"))
                    .acquire();
            assertThat(application.get("locks").status()).isEqualTo(401);
            assertThat(application.delete("locks", "resource", "account:1").status())
                    .isEqualTo(401);
            assertThat(handle.isHeld()).isTrue();

            application.signIn("olivia", "secret");
            Answer answer = application.delete("locks", "resource", "account:1", "reason", "hung");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text("$.who")).isEqualTo("olivia");
            assertThat(handle.isHeld()).isFalse();
            AuditEventRepository audit = application.context().getBean(AuditEventRepository.class);
            await().untilAsserted(() -> assertThat(audit.find("olivia", null, "LOCK_FORCE_RELEASED"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getData())
                            .containsEntry("resource", "account:1")
                            .containsEntry("reason", "hung")
                            .containsEntry("owner", "alice")));
            application.delete("lockstats");
            assertThat(audit.find("olivia", null, "LOCK_STATISTICS_RESET")).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void nobodyChangesAnythingUntilTheUserOpensIt(WebApplicationType web) {
        try (RunningApplication application =
                RunningApplication.start(web, EndpointsOverHttp.Application.class, RunningApplication.PLAIN)) {
            LockHandle handle = application.locks().write("account:1").acquire();

            assertThat(application.get("locks", "resource", "account:1").status())
                    .isEqualTo(200);
            assertThat(application
                            .delete("locks", "resource", "account:1", "reason", "hung")
                            .status())
                    .isEqualTo(405);
            assertThat(handle.isHeld()).isTrue();
            assertThat(application.delete("lockstats").status()).isEqualTo(405);
            assertThat(application.delete("lockstats", "resource", "account:1").status())
                    .isEqualTo(405);
            assertThat(application.get("lockstats", "resource", "account:1").number("$.write.acquisitions"))
                    .isEqualTo(1);
            handle.close();
        }
    }
}
