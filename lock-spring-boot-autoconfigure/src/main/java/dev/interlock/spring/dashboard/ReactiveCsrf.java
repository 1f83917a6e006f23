package dev.interlock.spring.dashboard;

import org.springframework.http.HttpHeaders;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Takes the token from Spring Security on WebFlux. */
final class ReactiveCsrf implements ReactivePageHeaders.Csrf {

    @Override
    public Mono<Void> tell(ServerWebExchange exchange) {
        Mono<CsrfToken> token = exchange.getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
        return token.doOnNext(each -> write(each, exchange.getResponse().getHeaders()))
                .then();
    }

    private static void write(CsrfToken token, HttpHeaders headers) {
        headers.set(PageHeaders.CSRF_HEADER, token.getHeaderName());
        headers.set(PageHeaders.CSRF_TOKEN, token.getToken());
    }
}
