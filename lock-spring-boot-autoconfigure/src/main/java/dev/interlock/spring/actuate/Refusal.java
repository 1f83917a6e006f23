package dev.interlock.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** An endpoint has nothing to answer with; over HTTP this is a status, everywhere else an exception. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    private Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static Refusal badRequest(String message) {
        return new Refusal(WebEndpointResponse.STATUS_BAD_REQUEST, message);
    }

    static Refusal notFound(String message) {
        return new Refusal(WebEndpointResponse.STATUS_NOT_FOUND, message);
    }

    static Refusal unavailable(String message) {
        return new Refusal(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, message);
    }

    int status() {
        return status;
    }

    /** Answers with the resource if it can be one. */
    static String checkResource(@Nullable String resource) {
        if (resource == null || resource.isBlank()) {
            throw badRequest("no resource is named; say which with ?resource=<name>");
        }
        return resource;
    }

    /** Answers with how many entries are wanted. */
    static int checkLimit(@Nullable Integer limit, int otherwise) {
        if (limit != null && limit < 1) {
            throw badRequest("limit is " + limit + "; ask for at least 1");
        }
        return limit == null ? otherwise : limit;
    }
}
