package dev.interlock.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FileNamesTest {

    @Test
    void peopleCanReadThem() {
        assertThat(FileNames.of("account:42")).matches("account_42\\.[0-9a-f]{32}");
    }

    @Test
    void anyNameGivesOneThatIsSafeEverywhere() {
        for (String each : List.of(
                "", "..", "../../etc/passwd", "a/b\\c", "\0", "\uD83D\uDD12", "\uD83D", "con", "x".repeat(9999))) {
            assertThat(FileNames.of(each)).matches("[A-Za-z0-9_-]{0,48}\\.[0-9a-f]{32}");
        }
    }

    @Test
    void differentNamesGiveDifferentOnes() {
        assertThat(List.of("a/b", "a:b", "a b", "A:b", "\uD83D", "\uDD12", "?", "a", "x".repeat(100), "x".repeat(101)))
                .extracting(FileNames::of)
                .doesNotHaveDuplicates();
    }
}
