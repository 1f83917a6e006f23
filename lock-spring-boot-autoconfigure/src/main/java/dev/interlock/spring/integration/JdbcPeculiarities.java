package dev.interlock.spring.integration;

import java.time.Duration;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.util.UUIDConverter;

/**
 * A {@code JdbcLockRegistry} has 256 locks within the process, shared by all keys. Of two keys that share one and are both held,
 * the first {@code unlock()} is taken for the end of a nested hold, and leaves its row in the table.
 */
final class JdbcPeculiarities implements Peculiarities {

    /** Over and done with by anybody's clock. */
    private static final Duration LONG_AGO = Duration.ofDays(-1);

    private final JdbcLockRegistry registry;

    JdbcPeculiarities(JdbcLockRegistry registry) {
        this.registry = registry;
    }

    @Override
    public int spread(String resource) {
        return String.valueOf(UUIDConverter.getUUID(resource)).hashCode();
    }

    /** The thread is only let through if it does hold the shared lock; so this never touches a row of anybody else. */
    @Override
    public void freeWhatUnlockLeft(String resource) {
        try {
            registry.renewLock(resource, LONG_AGO);
        } catch (IllegalMonitorStateException | IllegalStateException nothingLeft) {
            return;
        }
    }
}
