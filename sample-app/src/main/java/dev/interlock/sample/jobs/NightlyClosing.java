package dev.interlock.sample.jobs;

import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.OnTimeout;
import java.math.BigDecimal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/** Adds up the accounts at night. However many instances start it, one does it, and the others skip. */
@Service
public class NightlyClosing {

    private static final Logger log = LoggerFactory.getLogger(NightlyClosing.class);

    private final JdbcClient database;

    NightlyClosing(JdbcClient database) {
        this.database = database;
    }

    /**
     * The total; nothing if somebody else is at it, or has just been. The lock stays for a few seconds even if the sum takes only
     * a moment, so that an instance whose clock is a little late does not do it again.
     */
    @Scheduled(cron = "${sample.closing}")
    @DistributedLock(
            value = "nightly-closing",
            timeout = "0s",
            holdAtLeast = "${sample.closing-at-least}",
            onTimeout = OnTimeout.SKIP)
    public Optional<BigDecimal> close() {
        BigDecimal total = database.sql("select sum(balance) from account")
                .query(BigDecimal.class)
                .single();
        log.info("the accounts hold {} altogether", total);
        return Optional.of(total);
    }
}
