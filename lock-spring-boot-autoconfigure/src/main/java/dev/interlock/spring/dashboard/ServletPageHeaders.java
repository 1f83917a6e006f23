package dev.interlock.spring.dashboard;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Sets the headers on Spring MVC. */
final class ServletPageHeaders implements HandlerInterceptor {

    private final Csrf csrf;

    ServletPageHeaders(Csrf csrf) {
        this.csrf = csrf;
    }

    /** Tells the page the token that a forced release needs. */
    interface Csrf {

        Csrf NONE = (request, response) -> {};

        void tell(HttpServletRequest request, HttpServletResponse response);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (isEndpoint(handler)) {
            PageHeaders.ALL.forEach(response::setHeader);
            response.addHeader(HttpHeaders.VARY, PageHeaders.VARY);
            if (asksForPage(request)) {
                csrf.tell(request, response);
            }
        }
        return true;
    }

    /** Where the endpoints have a port of their own, the application may have something else at the same path. */
    private static boolean isEndpoint(Object handler) {
        return handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith("org.springframework.boot.");
    }

    /** Nobody else gets a session for the sake of a token that he does not look at. */
    private static boolean asksForPage(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return request.getMethod().equals("GET") && accept != null && accept.contains("text/html");
    }
}
