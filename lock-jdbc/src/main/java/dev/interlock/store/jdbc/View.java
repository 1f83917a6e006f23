package dev.interlock.store.jdbc;

import dev.interlock.spi.LockRecord;
import dev.interlock.spi.StoreView;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a step is shown. All sessions that the record speaks of are asked for when the step asks for the first. */
final class View implements StoreView {

    private final Sessions sessions;
    private final Line line;
    private final Instant now;
    private final @Nullable LockRecord record;
    private final Set<String> asked = new HashSet<>();
    private final Set<String> living = new HashSet<>();

    View(Sessions sessions, Line line, Instant now, @Nullable LockRecord record) {
        this.sessions = sessions;
        this.line = line;
        this.now = now;
        this.record = record;
    }

    /** Carries an error of the database through the step. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final SQLException error;

        Failed(SQLException error) {
            super(error);
            this.error = error;
        }
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public boolean isAlive(String session) {
        if (asked.add(session)) {
            Set<String> also = new HashSet<>(Set.of(session));
            mentioned().filter(asked::add).forEach(also::add);
            living.addAll(ask(also));
        }
        return living.contains(session);
    }

    private Stream<String> mentioned() {
        return record == null
                ? Stream.of()
                : Stream.concat(
                        record.leases().stream().map(LockRecord.Lease::session),
                        record.claims().stream().map(LockRecord.Claim::session));
    }

    private Set<String> ask(Set<String> names) {
        try {
            return sessions.living(line, names);
        } catch (SQLException error) {
            throw new Failed(error);
        }
    }
}
