package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {

    private static final String HIGH = "\uD83D";

    @Test
    void aShortNameIsItsOwnKey() {
        assertThat(new String(Bytes.key("account:42 é"), StandardCharsets.UTF_8))
                .isEqualTo("account:42 é");
        assertThat(Bytes.key("a".repeat(190))).hasSize(190);
    }

    @Test
    void noKeyIsLongAndNoTwoNamesShareOne() {
        List<String> names = List.of(
                "a".repeat(190),
                "a".repeat(191),
                "a".repeat(192),
                "a".repeat(191) + "b",
                "a".repeat(4000),
                "é".repeat(95),
                "é".repeat(96),
                "\uD83D\uDD12".repeat(2000),
                HIGH,
                "\uDD12",
                "?",
                "\uFFFD",
                HIGH + "?",
                "?" + HIGH,
                "a".repeat(300) + HIGH,
                "a".repeat(300) + "?",
                "");
        Set<String> keys = new HashSet<>();

        for (String each : names) {
            byte[] key = Bytes.key(each);
            assertThat(key).hasSizeLessThanOrEqualTo(190);
            keys.add(Arrays.toString(key));
        }

        assertThat(keys).hasSameSizeAs(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~", "~a", "a~", HIGH, "\uDD12" + HIGH, "a\0b", "line\nline", "%0041", "\uD83D\uDD12é"})
    void anyTextComesBack(String text) {
        assertThat(Bytes.text(Bytes.of(text))).isEqualTo(text);
    }
}
