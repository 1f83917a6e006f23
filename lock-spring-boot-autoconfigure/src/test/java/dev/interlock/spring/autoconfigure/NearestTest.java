package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    private static final List<String> WORDS = List.of("memory", "file", "jdbc", "zookeeper");

    @ParameterizedTest
    @CsvSource({"jbdc, jdbc", "jdb, jdbc", "jdbcc, jdbc", "memmory, memory", "flie, file", "zokeper, zookeeper"})
    void findsWhatWasMistyped(String word, String meant) {
        assertThat(Nearest.to(word, WORDS)).contains(meant);
    }

    @Test
    void takesTheNearerOfTwo() {
        assertThat(Nearest.to("interlock.timeout.rea", List.of("interlock.timeout.write", "interlock.timeout.read")))
                .contains("interlock.timeout.read");
    }

    @Test
    void guessesNothingFarAway() {
        assertThat(Nearest.to("carrier-pigeon", WORDS)).isEmpty();
        assertThat(Nearest.to("", WORDS)).isEmpty();
    }
}
