package dev.interlock.spring.dashboard;

import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Sets the headers on WebFlux. */
final class ReactivePageHeaders implements WebFilter {

    private final Supplier<@Nullable String> path;
    private final Predicate<ServerWebExchange> place;
    private final Csrf csrf;

    /**
     * The filter.
     *
     * @param path where the endpoint is
     * @param place whether an exchange is of the server that has the endpoints
     */
    ReactivePageHeaders(Supplier<@Nullable String> path, Predicate<ServerWebExchange> place, Csrf csrf) {
        this.path = path;
        this.place = place;
        this.csrf = csrf;
    }

    /** Tells the page the token that a forced release needs. */
    interface Csrf {

        Csrf NONE = exchange -> Mono.empty();

        Mono<Void> tell(ServerWebExchange exchange);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!place.test(exchange) || !isOurs(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        HttpHeaders headers = exchange.getResponse().getHeaders();
        PageHeaders.ALL.forEach(headers::set);
        headers.add(HttpHeaders.VARY, PageHeaders.VARY);
        return asksForPage(exchange.getRequest())
                ? csrf.tell(exchange).then(chain.filter(exchange))
                : chain.filter(exchange);
    }

    private boolean isOurs(ServerHttpRequest request) {
        String own = path.get();
        String asked = request.getPath().pathWithinApplication().value();
        return own != null
                && asked.startsWith(own)
                && (asked.length() == own.length() || asked.charAt(own.length()) == '/');
    }

    /** Nobody else gets a session for the sake of a token that he does not look at. */
    private static boolean asksForPage(ServerHttpRequest request) {
        String accept = request.getHeaders().getFirst(HttpHeaders.ACCEPT);
        return HttpMethod.GET.equals(request.getMethod()) && accept != null && accept.contains("text/html");
    }
}
