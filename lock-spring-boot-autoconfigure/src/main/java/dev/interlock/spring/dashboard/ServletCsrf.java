package dev.interlock.spring.dashboard;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.web.csrf.CsrfToken;

/** Takes the token from Spring Security on Spring MVC. */
final class ServletCsrf implements ServletPageHeaders.Csrf {

    @Override
    public void tell(HttpServletRequest request, HttpServletResponse response) {
        if (request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token) {
            response.setHeader(PageHeaders.CSRF_HEADER, token.getHeaderName());
            response.setHeader(PageHeaders.CSRF_TOKEN, token.getToken());
        }
    }
}
