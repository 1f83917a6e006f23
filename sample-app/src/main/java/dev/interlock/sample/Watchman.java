package dev.interlock.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Hears what happens to locks, as any bean can, and writes down what people may ask about tomorrow. */
@Component
class Watchman {

    private static final Logger log = LoggerFactory.getLogger(Watchman.class);

    /** Who took a lock away from whom, and why, or forgot the statistics. */
    @EventListener
    void intervened(AuditApplicationEvent event) {
        AuditEvent audited = event.getAuditEvent();
        log.warn("{} by '{}': {}", audited.getType(), audited.getPrincipal(), audited.getData());
    }
}
