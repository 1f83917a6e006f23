package dev.interlock.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says where to look first. */
@Component
class Welcome {

    private static final Logger log = LoggerFactory.getLogger(Welcome.class);

    @EventListener
    void started(WebServerInitializedEvent event) {
        log.info(
                "Buttons to try are at http://localhost:{}, the locks at /actuator/locks; docs/walkthrough.md says what else to try",
                event.getWebServer().getPort());
    }
}
