package dev.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceNamesTest {

    @Test
    void aNameIsTakenApartAsItWasPutTogether() {
        String name = ResourceNames.of("file", "C:/temp");

        assertThat(name).isEqualTo("file:C:/temp");
        assertThat(ResourceNames.typeOf(name)).isEqualTo("file");
        assertThat(ResourceNames.typeOf("report")).isEqualTo("report");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ":", "a:b", "account:"})
    void whatCannotBeATypeIsRefused(String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceNames.of(type, 42))
                .withMessageContaining("'" + type + "' is not a resource type");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceNames.checkType(type))
                .withMessageContaining("before its first ':'");
    }

    @Test
    void aTypeIsAnsweredWith() {
        assertThat(ResourceNames.checkType("account")).isEqualTo("account");
    }

    @Test
    void aBlankIdIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceNames.of("account", " "))
                .withMessageContaining("'account'");
    }

    @Test
    @SuppressWarnings("NullAway") // as a caller without null checks would
    void nullIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> ResourceNames.of(null, 1))
                .withMessage("the resource type is null");
        assertThatNullPointerException()
                .isThrownBy(() -> ResourceNames.of("account", null))
                .withMessageContaining("'account'");
    }
}
