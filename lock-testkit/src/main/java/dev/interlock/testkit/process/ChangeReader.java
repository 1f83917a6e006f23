package dev.interlock.testkit.process;

import dev.interlock.spi.RecordText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together what the threads of a {@link ChangeContest} wrote down. */
final class ChangeReader {

    /**
     * A stamp that was taken.
     *
     * @param asked when it was asked for, read before
     * @param seen when the answer was there, read after it
     */
    record Look(int cell, long version, long asked, long seen) {}

    final List<ChangeRecord> changes = new ArrayList<>();
    final List<Look> looks = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    /** How often the store did not answer. */
    int failures;

    /**
     * Reads what a thread of this process wrote.
     *
     * @param killed whether the process was killed, so that there may be a beginning without an end
     */
    void read(Path journal, String node, String owner, boolean killed) throws IOException {
        String text = Files.readString(journal, StandardCharsets.US_ASCII);
        Reading reading = new Reading(node, owner);
        for (int from = 0, to = text.indexOf('\n'); to >= 0; from = to + 1, to = text.indexOf('\n', from)) {
            reading.line(text.substring(from, to));
        }
        if (reading.end() && !killed) {
            violations.add("'" + owner + "' was not killed, but did not come to an end with its last change");
        }
    }

    /** One journal, as far as it has been read. */
    private final class Reading {

        private final String node;
        private final String owner;
        private String @Nullable [] begun;
        private long finished = ChangeRecord.NEVER;

        Reading(String node, String owner) {
            this.node = node;
            this.owner = owner;
        }

        void line(String line) {
            String[] words = line.split(" ", -1);
            switch (line.charAt(0)) {
                case Journal.LOOKED ->
                    looks.add(new Look(
                            Integer.parseInt(words[1]),
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4])));
                case Journal.BEGUN -> begun = words;
                case Journal.WRITTEN -> finished = Long.parseLong(words[2]);
                case Journal.ENDED -> ended(ChangeRecord.Outcome.valueOf(words[1]));
                case Journal.FAILED -> failures++;
                case Journal.VIOLATION -> violations.add(RecordText.unescape(words[1]));
                default -> throw new IllegalArgumentException("nobody knows what is meant by '" + line + "'");
            }
        }

        private boolean ended(ChangeRecord.@Nullable Outcome outcome) {
            String[] words = begun;
            if (words == null) {
                return false;
            }
            changes.add(new ChangeRecord(
                    node,
                    owner,
                    Integer.parseInt(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]),
                    finished,
                    outcome));
            begun = null;
            finished = ChangeRecord.NEVER;
            return true;
        }

        /** Whether there was a change of which nobody knows how it ended. */
        boolean end() {
            return ended(null);
        }
    }
}
