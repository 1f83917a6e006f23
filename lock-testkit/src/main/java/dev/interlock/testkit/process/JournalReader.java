package dev.interlock.testkit.process;

import dev.interlock.LockMode;
import dev.interlock.spi.RecordText;
import dev.interlock.testkit.history.Claim;
import dev.interlock.testkit.history.History;
import dev.interlock.testkit.history.HoldRecord;
import dev.interlock.testkit.history.Wait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts together what the threads of a contest wrote down. */
final class JournalReader {

    final History history = new History();
    /** How often each counter was surely incremented. */
    final Map<String, Long> counted = new HashMap<>();
    /** How often each counter may have been incremented besides, by processes that were killed over it. */
    final Map<String, Long> uncertain = new HashMap<>();
    /** Counters that mean nothing, because one that had lost its hold may have written to them. */
    final Set<String> miscounted = new HashSet<>();

    final List<String> violations = new ArrayList<>();

    /**
     * Reads what a thread wrote.
     *
     * @param killed whether its process was killed, so that there may be a beginning without an end
     */
    void read(Path journal, boolean killed) throws IOException {
        String text = Files.readString(journal, StandardCharsets.US_ASCII);
        Reading reading = new Reading();
        for (int from = 0, to = text.indexOf('\n'); to >= 0; from = to + 1, to = text.indexOf('\n', from)) {
            reading.line(text.substring(from, to));
        }
        reading.end(killed, journal);
    }

    /** One journal, as far as it has been read. */
    private final class Reading {

        private @Nullable Request request;

        void line(String line) {
            String[] words = line.split(" ", -1);
            if (line.charAt(0) == Journal.ASKED) {
                request = new Request(words);
                history.requested();
            } else if (line.charAt(0) == Journal.VIOLATION) {
                violations.add(RecordText.unescape(words[1]));
            } else if (request != null && request.line(line.charAt(0), words)) {
                request = null;
            }
        }

        void end(boolean killed, Path journal) {
            Request open = request;
            if (open == null) {
                return;
            }
            if (!killed) {
                violations.add("the process was not killed, but did not come to an end with " + open + " in "
                        + journal.getFileName());
            }
            open.giveUp();
        }
    }

    /** A request, and what became of it so far. */
    private final class Request {

        private final String resource;
        private final LockMode mode;
        private final String owner;
        private final long timeout;
        private final long requested;
        private boolean granted;
        private boolean hasCounted;
        private long token;
        private long acquired;
        private long lastHeld;

        Request(String[] words) {
            resource = RecordText.unescape(words[1]);
            mode = LockMode.valueOf(words[2]);
            owner = RecordText.unescape(words[3]);
            timeout = Long.parseLong(words[4]);
            requested = Long.parseLong(words[5]);
        }

        /** Whether that was all. */
        boolean line(char kind, String[] words) {
            switch (kind) {
                case Journal.GRANTED -> granted(Long.parseLong(words[1]), Long.parseLong(words[2]));
                case Journal.REFUSED -> ended(Wait.Outcome.valueOf(words[1]), Long.parseLong(words[2]));
                case Journal.CLAIMED -> claimed(Long.parseLong(words[1]), Boolean.parseBoolean(words[2]));
                case Journal.COUNTED -> counted();
                case Journal.MISCOUNTED -> miscounted.add(resource);
                case Journal.RELEASED -> claimed(Long.parseLong(words[1]), Boolean.parseBoolean(words[2]));
                default -> throw new IllegalArgumentException("no line of a journal begins with '" + kind + "'");
            }
            if (kind == Journal.RELEASED) {
                held();
            }
            return kind == Journal.RELEASED || kind == Journal.REFUSED;
        }

        private void granted(long itsToken, long when) {
            granted = true;
            token = itsToken;
            acquired = when;
            lastHeld = when;
            ended(Wait.Outcome.GRANTED, when);
        }

        private void ended(Wait.Outcome how, long when) {
            history.ended(new Wait(resource, owner, requested, when, timeout, how));
        }

        private void claimed(long asked, boolean held) {
            lastHeld = held ? asked : lastHeld;
            history.claimed(new Claim(resource, mode, owner, token, asked, held));
        }

        private void counted() {
            hasCounted = true;
            counted.merge(resource, 1L, Long::sum);
        }

        /** A hold lasts as long as its holder was told that it does. */
        private void held() {
            history.held(HoldRecord.of(resource, mode, owner, token, requested, acquired, lastHeld));
        }

        void giveUp() {
            if (!granted) {
                ended(Wait.Outcome.CANCELLED, requested);
                return;
            }
            held();
            if (mode == LockMode.WRITE && !hasCounted) {
                uncertain.merge(resource, 1L, Long::sum);
            }
        }

        @Override
        public String toString() {
            return "the request of '" + owner + "' for '" + resource + "'";
        }
    }
}
