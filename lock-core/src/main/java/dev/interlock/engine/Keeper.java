package dev.interlock.engine;

import dev.interlock.LockOwner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who is shown to hold what its owner has closed before it could be released.
 *
 * @param closedBy the owner
 * @param until when it is released
 */
record Keeper(LockOwner closedBy, Instant until) implements LockOwner {

    @Override
    public String name() {
        return closedBy.name() + ", kept until " + until.truncatedTo(ChronoUnit.MILLIS);
    }
}
