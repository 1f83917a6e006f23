package dev.interlock.spring.dashboard;

import java.util.Map;

/** What a browser is told about the page and all that lies below its path. */
final class PageHeaders {

    /** Where the page finds what it has to send with a forced release, and the header to send it in. */
    static final String CSRF_TOKEN = "Interlock-Csrf-Token";

    static final String CSRF_HEADER = "Interlock-Csrf-Header";

    /** Nothing but the page's own files, and nothing that was so a while ago. */
    static final Map<String, String> ALL = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    /** What else the answer depends on, others may have said already. */
    static final String VARY = "Accept";

    private PageHeaders() {}
}
