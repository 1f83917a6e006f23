package dev.interlock.testkit.process;

import dev.interlock.LockMode;
import dev.interlock.spi.RecordText;
import dev.interlock.testkit.history.Wait;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What one thread of a contest writes down: a line at a time, each with the system before the thread goes on, so that nothing is
 * lost when the process is killed. A thread makes one request after the other; what follows a request belongs to it.
 */
final class Journal implements AutoCloseable {

    static final char ASKED = 'Q';
    static final char GRANTED = 'G';
    static final char REFUSED = 'N';
    static final char CLAIMED = 'C';
    static final char COUNTED = '+';
    static final char MISCOUNTED = '?';
    static final char RELEASED = 'E';
    static final char LOOKED = 'L';
    static final char BEGUN = 'B';
    static final char WRITTEN = 'W';
    static final char ENDED = 'D';
    static final char FAILED = 'F';
    static final char VIOLATION = 'X';

    private final OutputStream out;

    Journal(Path file) throws IOException {
        out = new FileOutputStream(file.toFile());
    }

    void asked(String resource, LockMode mode, String owner, long timeoutNanos, long requested) {
        line(ASKED, RecordText.escape(resource), mode, RecordText.escape(owner), timeoutNanos, requested);
    }

    void granted(long token, long acquired) {
        line(GRANTED, token, acquired);
    }

    void refused(Wait.Outcome how, long ended) {
        line(REFUSED, how, ended);
    }

    void claimed(long asked, boolean held) {
        line(CLAIMED, asked, held);
    }

    /** The counter was incremented, and all the while this was a holder. */
    void counted() {
        line(COUNTED);
    }

    /** The counter was incremented, perhaps by one who had lost the hold: it means nothing any more. */
    void miscounted() {
        line(MISCOUNTED);
    }

    /** About to be released. */
    void released(long released, boolean held) {
        line(RELEASED, released, held);
    }

    /** A stamp was taken. */
    void looked(int cell, long version, long asked, long seen) {
        line(LOOKED, cell, version, asked, seen);
    }

    /** A change without a lock begins, which will write this value under this version. */
    void begun(int cell, long version, long value, long asked, long began) {
        line(BEGUN, cell, version, value, asked, began);
    }

    /** The change is about to end; whether the cell took what it wrote. */
    void written(boolean accepted, long time) {
        line(WRITTEN, accepted, time);
    }

    /** What became of the change. */
    void ended(ChangeRecord.Outcome outcome) {
        line(ENDED, outcome);
    }

    /** The store did not answer, so whether a stamp was moved is not known. */
    void failed() {
        line(FAILED);
    }

    void violation(String what) {
        line(VIOLATION, RecordText.escape(what));
    }

    private void line(char kind, Object... words) {
        StringBuilder line = new StringBuilder(80).append(kind);
        for (Object each : words) {
            line.append(' ').append(each);
        }
        try {
            out.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
