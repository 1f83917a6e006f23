package dev.interlock.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockMode;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTextTest {

    private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05.000006Z");
    private static final Lease LEASE = new Lease("s-1", "node-1", "alice", LockMode.WRITE, 1, 16, SINCE, null);
    private static final Claim CLAIM = new Claim("s-2", "node-2", "bob", LockMode.READ, -7, SINCE);
    private static final LockRecord RECORD =
            new LockRecord(new RecordKey("account:42"), 3, 16, List.of(LEASE), List.of(CLAIM));

    private static final String TEXT = """
            interlock/1 account:42 16
            lease s-1 node-1 alice WRITE 1 16 2026-01-02T03:04:05.000006Z -
            claim s-2 node-2 bob READ -7 2026-01-02T03:04:05.000006Z
            end
            """;

    static Stream<String> oddTexts() {
        return Stream.of(
                "",
                " ",
                "-",
                "--",
                "~",
                "~-",
                "%",
                "%0041",
                "~%0041",
                "100%",
                "a b",
                "a ",
                " a",
                "a\nb",
                "a\r\n",
                "a\tb",
                "a\0b",
                "\0",
                "\u007F",
                "\u0080",
                "lease ",
                "\nlease s-1",
                "interlock/1",
                "\u00E9",
                "e\u0301",
                "\uD83D\uDD12",
                "\uD83D",
                "\uDD12",
                "\uDD12\uD83D",
                "\uFFFF",
                "\uFFFD",
                "~".repeat(100),
                "\u4F60\u597D".repeat(2_000));
    }

    @Test
    void aRecordIsALineForTheResourceAndOneForEachLeaseAndClaim() {
        assertThat(RecordText.write(RECORD)).isEqualTo(TEXT);
        assertThat(RecordText.read(TEXT, 3)).isEqualTo(RECORD);
    }

    @Test
    void theVersionIsNotPartOfTheText() {
        assertThat(RecordText.write(RECORD.withVersion(99))).isEqualTo(TEXT);
        assertThat(RecordText.read(TEXT, 99)).isEqualTo(RECORD.withVersion(99));
    }

    @Test
    void anIdleRecordIsShort() {
        LockRecord idle = new LockRecord(new RecordKey("a"), 0, Long.MAX_VALUE, List.of(), List.of());

        assertThat(RecordText.write(idle)).isEqualTo("interlock/1 a 9223372036854775807\nend\n");
        assertThat(RecordText.read(RecordText.write(idle), 0)).isEqualTo(idle);
    }

    @Test
    void aLeaseMayEnd() {
        Lease ending = new Lease("s", "n", "w", LockMode.READ, 1, 2, SINCE, SINCE.plusSeconds(1));

        assertThat(RecordText.write(new LockRecord(new RecordKey("a"), 0, 2, List.of(ending), List.of())))
                .endsWith("2026-01-02T03:04:05.000006Z 2026-01-02T03:04:06.000006Z\nend\n");
        assertRoundTrip(new LockRecord(new RecordKey("a"), 0, 2, List.of(ending), List.of()));
    }

    @Test
    void theOrderOfLeasesAndClaimsIsKept() {
        Claim another = new Claim("s-3", "node-3", "carol", LockMode.WRITE, Long.MIN_VALUE, SINCE);
        Lease shared = new Lease("s-4", "node-4", "dave", LockMode.READ, 17, 32, SINCE, null);

        assertRoundTrip(new LockRecord(RECORD.key(), 1, 32, List.of(shared, LEASE), List.of(CLAIM, another, CLAIM)));
        assertRoundTrip(new LockRecord(RECORD.key(), 1, 32, List.of(LEASE, shared), List.of(another, CLAIM)));
    }

    @Test
    void timesFarAwayComeBack() {
        for (Instant each : List.of(Instant.EPOCH, Instant.MIN, Instant.MAX, Instant.parse("+10000-01-01T00:00:00Z"))) {
            Lease lease = new Lease("s", "n", "w", LockMode.READ, 1, 2, each, each);
            Claim claim = new Claim("s", "n", "w", LockMode.READ, 1, each);
            assertRoundTrip(new LockRecord(RECORD.key(), 1, 2, List.of(lease), List.of(claim)));
        }
    }

    private static void assertRoundTrip(LockRecord record) {
        String text = RecordText.write(record);

        assertThat(text).matches("(?s)[\\n -~]*");
        assertThat(RecordText.read(text, record.version())).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("oddTexts")
    void everyTextIsOneWordOfPlainAscii(String text) {
        String word = RecordText.escape(text);

        assertThat(word).matches("[!-~]+").isNotEqualTo("-");
        assertThat(RecordText.unescape(word)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("oddTexts")
    void everythingMayBeCalledAnything(String text) {
        Lease lease = new Lease(text, text, text, LockMode.READ, 1, 2, SINCE, null);
        Claim claim = new Claim(text, text, text, LockMode.WRITE, 1, SINCE);

        assertRoundTrip(new LockRecord(new RecordKey(text), 1, 2, List.of(lease, lease), List.of(claim, claim)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "account:42", "Job", "a/b", "a%b", "100%", "a~", "[x]", "\"'\\"})
    void plainTextStaysReadable(String text) {
        assertThat(RecordText.escape(text)).isEqualTo(text);
    }

    @Test
    void noTwoTextsAreTheSameWord() {
        List<String> words = oddTexts().map(RecordText::escape).toList();

        assertThat(words).doesNotHaveDuplicates();
    }

    @Test
    void whateverIsWrittenCanBeRead() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 3_000; i++) {
            LockRecord record = anyRecord(random);

            assertThat(RecordText.read(RecordText.write(record), record.version()))
                    .as("seed %d", seed)
                    .isEqualTo(record);
        }
    }

    private static LockRecord anyRecord(SplittableRandom random) {
        List<Lease> leases = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Instant until = random.nextBoolean() ? null : anyTime(random);
            leases.add(new Lease(
                    anyText(random),
                    anyText(random),
                    anyText(random),
                    anyMode(random),
                    random.nextLong(),
                    random.nextLong(),
                    anyTime(random),
                    until));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            claims.add(new Claim(
                    anyText(random),
                    anyText(random),
                    anyText(random),
                    anyMode(random),
                    random.nextLong(),
                    anyTime(random)));
        }
        return new LockRecord(new RecordKey(anyText(random)), random.nextLong(), random.nextLong(), leases, claims);
    }

    private static String anyText(SplittableRandom random) {
        String likely = "~%- \n0aF";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(
                    random.nextBoolean()
                            ? likely.charAt(random.nextInt(likely.length()))
                            : (char) random.nextInt(Character.MAX_VALUE + 1));
        }
        return text.toString();
    }

    private static LockMode anyMode(SplittableRandom random) {
        return random.nextBoolean() ? LockMode.READ : LockMode.WRITE;
    }

    private static Instant anyTime(SplittableRandom random) {
        return RecordText.ofMicros(random.nextLong(-100_000_000_000_000_000L, 100_000_000_000_000_000L));
    }

    @Test
    void microsecondsAreCountedFrom1970() {
        assertThat(RecordText.micros(Instant.EPOCH)).isZero();
        assertThat(RecordText.micros(Instant.parse("1970-01-01T00:00:01.000002Z")))
                .isEqualTo(1_000_002);
        assertThat(RecordText.ofMicros(1_000_002)).isEqualTo(Instant.parse("1970-01-01T00:00:01.000002Z"));
        assertThat(RecordText.ofMicros(RecordText.micros(SINCE))).isEqualTo(SINCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "end\n",
                "interlock/1\nend\n",
                "interlock/2 a 1\nend\n",
                "interlock/1 a\nend\n",
                "interlock/1 a b 1\nend\n",
                "interlock/1 a one\nend\n",
                "interlock/1 a 9223372036854775808\nend\n",
                "interlock/1 a 1\n\nend\n",
                "interlock/1 a 1\nend\nend\n",
                "interlock/1 a 1\nend\n\n",
                "interlock/1 a 1\nend\r\n",
                "interlock/1 a 1\nend\nrest",
                "interlock/1 a 1\nwhat s n w READ 1 2026-01-02T03:04:05Z\nend\n",
                "interlock/1 a 1\nlease s n w WRITE 1 16 2026-01-02T03:04:05Z\nend\n",
                "interlock/1 a 1\nlease s n w WRITE 1 16 yesterday -\nend\n",
                "interlock/1 a 1\nlease s n w BOTH 1 16 2026-01-02T03:04:05Z -\nend\n",
                "interlock/1 a 1\nlease s n w WRITE 1 16 2026-01-02T03:04:05Z - -\nend\n",
                "interlock/1 a 1\nclaim s n w READ first 2026-01-02T03:04:05Z\nend\n",
                "interlock/1 ~%004 1\nend\n",
                "interlock/1 ~%zzzz 1\nend\n",
                "{\"resource\": \"a\"}\n",
            })
    void whatIsNoRecordIsRefusedAndSaidToBe(String garbage) {
        assertThatThrownBy(() -> RecordText.read(garbage, 1))
                .isInstanceOfSatisfying(StoreException.class, thrown -> assertThat(thrown.isPassing())
                        .isFalse())
                .hasMessageContaining("no record of this version of Interlock")
                .hasMessageContaining("'" + garbage + "'");
    }

    @Test
    void aTextThatWasCutOffIsNoRecord() {
        for (int i = 0; i < TEXT.length(); i++) {
            String cut = TEXT.substring(0, i);

            assertThatThrownBy(() -> RecordText.read(cut, 1)).as(cut).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void longGarbageIsShownFromItsBeginningOnly() {
        assertThatThrownBy(() -> RecordText.read("x".repeat(10_000), 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("'" + "x".repeat(80) + "…'");
    }
}
