package dev.interlock.spring.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Health of the locks.
 *
 * @param downOnDeadlock Whether a deadlock that stands makes the application DOWN. By default it is only told.
 */
@ConfigurationProperties("management.health.locks")
record LocksHealthProperties(@DefaultValue("false") boolean downOnDeadlock) {}
