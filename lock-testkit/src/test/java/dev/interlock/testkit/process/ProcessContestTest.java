package dev.interlock.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.LockStore;
import dev.interlock.testkit.SharedMemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A contest finds out stores that do not keep processes apart; that real stores do is shown where they are. */
@Timeout(120)
class ProcessContestTest {

    @TempDir
    Path directory;

    /** Memory that each process has for itself: no lock at all. */
    public static final class NotShared implements StoreFactory {
        @Override
        public LockStore open(String argument) {
            return new SharedMemoryStore().connect();
        }
    }

    /** Cannot be opened. */
    public static final class NotThere implements StoreFactory {
        @Override
        public LockStore open(String argument) throws IOException {
            throw new IOException("nothing at " + argument);
        }
    }

    @Test
    void findsThatNothingKeepsTheProcessesApart() throws Exception {
        ContestResult result = ProcessContest.over(NotShared.class, "")
                .processes(2)
                .length(Duration.ofSeconds(2))
                .run(directory);

        assertThat(result.history().holds()).isNotEmpty();
        assertThat(result.violations())
                .anySatisfy(found -> assertThat(found).startsWith("held at once"))
                .anySatisfy(found -> assertThat(found).contains("was incremented"))
                .anySatisfy(found -> assertThat(found).contains("a higher token had been there"))
                .anySatisfy(found -> assertThat(found).contains("it changed from"));
    }

    @Test
    void findsNothingWrongWithOneProcess() throws Exception {
        ContestResult result = ProcessContest.over(NotShared.class, "")
                .processes(1)
                .length(Duration.ofSeconds(2))
                .stops(Duration.ofMillis(100))
                .run(directory);

        assertThat(result.violations()).as(result.toString()).isEmpty();
        assertThat(result.history().holds()).isNotEmpty();
        assertThat(result.stopped()).isPositive();
    }

    @Test
    void saysWhyAProcessDidNotBegin() {
        assertThatThrownBy(() -> ProcessContest.over(NotThere.class, "nowhere").run(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("node0")
                .hasMessageContaining("nothing at nowhere");
    }
}
