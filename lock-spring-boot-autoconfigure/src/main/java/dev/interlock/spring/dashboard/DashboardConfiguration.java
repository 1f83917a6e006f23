package dev.interlock.spring.dashboard;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.WebFilter;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** The page, and its headers on either web stack; both reach a management port of its own too. */
@Configuration(proxyBeanMethods = false)
@ImportRuntimeHints(DashboardHints.class)
public final class DashboardConfiguration {

    private static final EndpointId LOCKS = EndpointId.of("locks");

    @Bean
    Dashboard lockDashboard(ObjectProvider<PathMappedEndpoints> endpoints, EndpointAccessResolver access) {
        return new Dashboard(new PagePlace(endpoints::getObject, access));
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, DashboardConfiguration.class.getClassLoader());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(HandlerInterceptor.class)
    static class Servlet {

        @Bean
        MappedInterceptor lockDashboardHeaders(PathMappedEndpoints endpoints) {
            String path = endpoints.getPath(LOCKS);
            ServletPageHeaders.Csrf csrf = isPresent("org.springframework.security.web.csrf.CsrfToken")
                    ? new ServletCsrf()
                    : ServletPageHeaders.Csrf.NONE;
            return new MappedInterceptor(new String[] {path, path + "/*"}, new ServletPageHeaders(csrf));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnClass(WebFilter.class)
    static class Reactive {

        @Bean
        WebFilter lockDashboardHeaders(ObjectProvider<PathMappedEndpoints> endpoints, ApplicationContext application) {
            boolean apart = ManagementPortType.get(application.getEnvironment()) == ManagementPortType.DIFFERENT;
            ReactivePageHeaders.Csrf csrf = isPresent("org.springframework.security.web.server.csrf.CsrfToken")
                    ? new ReactiveCsrf()
                    : ReactivePageHeaders.Csrf.NONE;
            return new ReactivePageHeaders(
                    () -> endpoints.getObject().getPath(LOCKS),
                    exchange -> !apart || exchange.getApplicationContext() != application,
                    csrf);
        }
    }
}
