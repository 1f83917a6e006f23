package dev.interlock.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockMode;
import dev.interlock.testkit.history.Claim;
import dev.interlock.testkit.history.HoldRecord;
import dev.interlock.testkit.history.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalReaderTest {

    private static final String RESOURCE = "counted: 1";

    @TempDir
    Path directory;

    private final JournalReader reader = new JournalReader();
    private Path file;
    private Journal journal;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("a.journal");
        journal = new Journal(file);
        journal.asked(RESOURCE, LockMode.WRITE, "node 1", 1000, 5);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    @Test
    void aHoldLastsUntilItIsReleased() throws IOException {
        journal.granted(7, 10);
        journal.claimed(11, true);
        journal.counted();
        journal.released(20, true);

        reader.read(file, false);

        assertThat(reader.history.holds())
                .containsExactly(HoldRecord.of(RESOURCE, LockMode.WRITE, "node 1", 7, 5, 10, 20));
        assertThat(reader.history.claims())
                .containsExactly(
                        new Claim(RESOURCE, LockMode.WRITE, "node 1", 7, 11, true),
                        new Claim(RESOURCE, LockMode.WRITE, "node 1", 7, 20, true));
        assertThat(reader.history.waits())
                .containsExactly(new Wait(RESOURCE, "node 1", 5, 10, 1000, Wait.Outcome.GRANTED));
        assertThat(reader.history.unanswered()).isZero();
        assertThat(reader.counted).containsEntry(RESOURCE, 1L);
        assertThat(reader.violations).isEmpty();
    }

    @Test
    void aHoldThatWasLostLastedUntilItsHolderWasLastToldThatItHeld() throws IOException {
        journal.granted(7, 10);
        journal.claimed(15, true);
        journal.miscounted();
        journal.released(20, false);

        reader.read(file, false);

        assertThat(reader.history.holds())
                .singleElement()
                .extracting(HoldRecord::released)
                .isEqualTo(15L);
        assertThat(reader.miscounted).containsExactly(RESOURCE);
    }

    @Test
    void whatAKilledProcessWasDoingIsOver() throws IOException {
        journal.granted(7, 10);
        journal.claimed(15, true);
        Files.writeString(file, "C 17 tr", StandardOpenOption.APPEND);

        reader.read(file, true);

        assertThat(reader.history.holds())
                .singleElement()
                .extracting(HoldRecord::released)
                .isEqualTo(15L);
        assertThat(reader.uncertain).containsEntry(RESOURCE, 1L);
        assertThat(reader.violations).isEmpty();
        assertThat(reader.history.unanswered()).isZero();
    }

    @Test
    void whatAKilledProcessWaitedForIsAnswered() throws IOException {
        reader.read(file, true);

        assertThat(reader.history.holds()).isEmpty();
        assertThat(reader.history.unanswered()).isZero();
        assertThat(reader.uncertain).isEmpty();
    }

    @Test
    void whoeverWasNotKilledMustHaveComeToAnEnd() throws IOException {
        reader.read(file, false);

        assertThat(reader.violations)
                .singleElement()
                .asString()
                .contains(RESOURCE)
                .contains("node 1");
    }

    @Test
    void violationsAreToldInTheirOwnWords() throws IOException {
        journal.refused(Wait.Outcome.TIMED_OUT, 9);
        journal.violation("something  odd");

        reader.read(file, false);

        assertThat(reader.violations).containsExactly("something  odd");
        assertThat(reader.history.waits())
                .containsExactly(new Wait(RESOURCE, "node 1", 5, 9, 1000, Wait.Outcome.TIMED_OUT));
    }
}
