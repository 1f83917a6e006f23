package dev.interlock.store.file;

import dev.interlock.spi.Change;
import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.StoreView;
import dev.interlock.spi.Updated;
import dev.interlock.store.file.Records.Replaced;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change to one record. The step is never applied while the record is locked, so it may take its time and look at sessions:
 * the lock only covers the comparison of the version and the replacement.
 */
final class Update<R extends @Nullable Object> {

    private final LockDirectory directory;
    private final RecordKey key;
    private final Step<R> step;
    private final Patience patience;

    Update(LockDirectory directory, RecordKey key, Step<R> step, Duration patience) {
        this.directory = directory;
        this.key = key;
        this.step = step;
        this.patience = new Patience(patience);
    }

    Updated<R> from(@Nullable Guess guess) throws IOException {
        if (guess == null) {
            return fromRecord(read());
        }
        Change<R> change = step.apply(guess.record(), guess.view());
        LockRecord next = change.next();
        if (next == null) {
            return fromRecord(read());
        }
        Replaced replaced = directory.records.replace(key, guess.record(), next, patience);
        return replaced.done() ? done(change, replaced, null) : fromRecord(replaced.record());
    }

    private @Nullable LockRecord read() throws IOException {
        return directory.records.read(key, patience);
    }

    private Updated<R> fromRecord(@Nullable LockRecord found) throws IOException {
        LockRecord current = found;
        for (; ; ) {
            View view = new View(directory, FileLockStore.now());
            Change<R> change = step.apply(current, view);
            LockRecord next = change.next();
            if (next == null) {
                return new Updated<>(change.result(), current, view.now);
            }
            Replaced replaced = directory.records.replace(key, current, next, patience);
            if (replaced.done()) {
                return done(change, replaced, view.now);
            }
            if (patience.isOver()) {
                throw StoreException.passing(
                        "others changed the record of '" + key.resource() + "' again and again for " + patience.whole(),
                        null);
            }
            current = replaced.record();
        }
    }

    private Updated<R> done(Change<R> change, Replaced replaced, @Nullable Instant now) {
        directory.tell(change.tell(), key);
        return new Updated<>(change.result(), replaced.record(), now);
    }

    /** What is known beyond the record. */
    private static final class View implements StoreView {
        private final LockDirectory directory;
        final Instant now;

        View(LockDirectory directory, Instant now) {
            this.directory = directory;
            this.now = now;
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public boolean isAlive(String session) {
            try {
                return directory.sessions.isAlive(session);
            } catch (IOException e) {
                throw Faults.of("look after a session in", directory.ground.premises.sessions, e);
            }
        }
    }
}
