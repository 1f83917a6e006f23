package dev.interlock.spring.actuate;

import dev.interlock.LockStoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** An endpoint has nothing to answer with; over HTTP this is a status, everywhere else an exception. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int CONFLICT = 409;

    private final int status;
    private final transient List<LockDescriptor.Holder> released;

    private Refusal(int status, String message) {
        this(status, message, List.of());
    }

    private Refusal(int status, String message, List<LockDescriptor.Holder> released) {
        super(message, null, false, false);
        this.status = status;
        this.released = released;
    }

    static Refusal badRequest(String message) {
        return new Refusal(WebEndpointResponse.STATUS_BAD_REQUEST, message);
    }

    static Refusal notFound(String message) {
        return new Refusal(WebEndpointResponse.STATUS_NOT_FOUND, message);
    }

    static Refusal conflict(String message) {
        return new Refusal(CONFLICT, message);
    }

    /** A store does not answer, and these have lost what they held all the same. */
    static Refusal unavailable(String message, List<LockDescriptor.Holder> released) {
        return new Refusal(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, message, released);
    }

    static Refusal unavailable(String message) {
        return new Refusal(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, message);
    }

    /** What a report lacks because a store does not answer. */
    static String missing(LockStoreException failure) {
        return "this node only: " + failure.getMessage();
    }

    int status() {
        return status;
    }

    /** Who lost what they held, though not all that was asked for could be done. */
    List<LockDescriptor.Holder> released() {
        return released;
    }

    /** Answers with the resource if it can be one. */
    static String checkResource(@Nullable String resource) {
        if (resource == null || resource.isBlank()) {
            throw badRequest("no resource is named; say which with ?resource=<name>");
        }
        return resource;
    }

    /** Answers with how many entries are wanted. */
    static int checkLimit(String name, @Nullable Integer limit, int otherwise) {
        if (limit != null && limit < 1) {
            throw badRequest(name + " is " + limit + "; ask for at least 1");
        }
        return limit == null ? otherwise : limit;
    }
}
