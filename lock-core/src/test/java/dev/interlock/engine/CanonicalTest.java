package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalTest {

    private static final List<String> IN_ORDER = List.of(
            "region:9",
            "region:x",
            "city",
            "city:1",
            "account",
            "account:",
            "account:02",
            "account:2",
            "account:10",
            "account:10000000000000000000000",
            "account:-1",
            "account:1a",
            "account:2:1",
            "account:x",
            "branch:1");

    private final Canonical canonical = new Canonical(List.of("region", "city"));

    @Test
    void typesGoByTheHierarchyThenByNameAndKeysByTheirValue() {
        List<String> shuffled = new ArrayList<>(IN_ORDER);
        for (int seed = 0; seed < 100; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            shuffled.sort(canonical);
            assertThat(shuffled).isEqualTo(IN_ORDER);
        }
    }

    @Test
    void itIsAnOrder() {
        Random random = new Random(7);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            StringBuilder name = new StringBuilder(random.nextBoolean() ? "a:" : "a");
            for (int length = random.nextInt(4); length > 0; length--) {
                name.append("0129:ab".charAt(random.nextInt(7)));
            }
            names.add(name.toString());
        }
        for (String one : names) {
            for (String other : names) {
                int compared = canonical.compare(one, other);
                assertThat(Integer.signum(compared)).isEqualTo(-Integer.signum(canonical.compare(other, one)));
                assertThat(compared == 0).isEqualTo(one.equals(other));
                for (String third : names) {
                    if (compared < 0 && canonical.compare(other, third) < 0) {
                        assertThat(canonical.compare(one, third)).isNegative();
                    }
                }
            }
        }
    }
}
