package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockMode;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Names are compared exactly, and every text comes back as it was. */
abstract class StoreTextContract extends StoreContract {

    private static final String EMOJI = "\uD83D\uDD12";
    private static final String LONE_HIGH = "\uD83D";
    private static final String LONE_LOW = "\uDD12";
    private static final String LONG_NAME = "a".repeat(3_999);

    StoreTextContract(LockStoreContract storage) {
        super(storage);
    }

    static Stream<Arguments> names() {
        return Stream.of(
                names("case", "Job", "job", "JOB", "\u0131", "i", "I", "\u0130", "stra\u00DFe", "strasse", "STRASSE"),
                names("accents", "e", "\u00E9", "e\u0301", "\u00E8", "\u00EA", "a", "\u00E5", "a\u030A", "\u212B"),
                names("spaces", "a", "a ", "a  ", " a", "a\t", "a\u00A0", "a\u200B", "a\n", "a\r\n", "a\r", "a b"),
                names("emoji", EMOJI, "\uD83D\uDD13", EMOJI + EMOJI, "?", "??", "\u2600", "\u2600\uFE0F"),
                names("surrogates", LONE_HIGH, LONE_LOW, "?", "\uFFFD", LONE_LOW + LONE_HIGH, "x" + LONE_HIGH),
                names("zeros", "a", "a\0", "\0a", "a\0b", "a\0c", "\0", "\0\0", "\u0001", "\u007F", "\uFFFF"),
                names("paths", "a/b", "a\\b", "a:b", "a", "b", ".", "..", "../a", "/", "//", "~", "~a", "a.", "a..b"),
                names("devices", "con", "nul", "aux.txt", "COM1", "a*", "a?", "<a>", "a|b", "\"a\"", "-", "-a"),
                names("quotes", "'", "''", "a'b", "a\"b", "a`b", "%", "_", "a%", "a_", "a;b", "a--", "\\", "\\'", "$1"),
                names("escapes", "%00", "%0041", "A", "~A", "~%0041", "\\u0041", "&amp;", "&", "a+b", "a%20b", "%"),
                names("equal hash codes", "Aa", "BB", "AaAa", "AaBB", "BBAa", "BBBB"),
                names("numbers", "1", "01", "1.0", "1e0", "0x1", "true", "null", "NULL"),
                names("scripts", "\u0416", "\u0436", "\u4F60\u597D", "\uFF21", "A", "\u05D0", "\u0627", "\u0391"),
                names("255 characters", "a".repeat(255), "a".repeat(254) + "b", "a".repeat(254) + " ", "a".repeat(254)),
                names("255 odd ones", EMOJI.repeat(127), EMOJI.repeat(126), "\u00E9".repeat(255), "e".repeat(255)),
                names("4000 characters", LONG_NAME + "a", LONG_NAME + "b", LONG_NAME + "A", LONG_NAME + " ", LONG_NAME),
                names("4000 odd ones", EMOJI.repeat(2_000), EMOJI.repeat(1_999) + "\uD83D\uDD13", EMOJI.repeat(1_999)),
                names("one at the front", "a" + LONG_NAME.replace('a', 'x'), "b" + LONG_NAME.replace('a', 'x')));
    }

    private static Arguments names(String label, String... names) {
        return Arguments.of(label, List.of(names));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void eachNameHasARecordOfItsOwn(String label, List<String> names) {
        List<RecordKey> keys = names.stream().map(RecordKey::new).toList();
        List<LockRecord> made = new ArrayList<>();
        for (RecordKey key : keys) {
            assertThat(store.read(List.of(key), PATIENCE)).as(label).isEmpty();
            made.add(put(store, idle(key, made.size())));
        }

        assertThat(other.read(keys, PATIENCE)).containsExactlyInAnyOrderElementsOf(made);
        for (int i = 0; i < made.size(); i++) {
            assertThat(other.read(List.of(keys.get(i)), PATIENCE)).containsExactly(made.get(i));
            LockRecord next = put(other, idle(keys.get(i), 1000 + i));
            assertThat(next.key()).isEqualTo(keys.get(i));
            made.set(i, next);
        }
        assertThat(store.read(keys, PATIENCE)).containsExactlyInAnyOrderElementsOf(made);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void whoeverHoldsOrWaitsMayBeCalledAnything(String label, List<String> names) {
        LockRecord made = put(
                store,
                new LockRecord(
                        KEY,
                        0,
                        7,
                        names.stream().map(StoreTextContract::oddLease).toList(),
                        names.stream().map(name -> claim("session", name)).toList()));

        assertThat(made.leases()).as(label).hasSize(names.size());
        assertThat(find(other, KEY)).isEqualTo(made);
    }

    private static Lease oddLease(String name) {
        return new Lease("session", name, name, LockMode.READ, 1, 2, SINCE, null);
    }

    @Test
    void everythingInARecordComesBack() {
        Lease ending = new Lease(
                "s-1",
                "node-1",
                "alice",
                LockMode.WRITE,
                Long.MAX_VALUE - 15,
                Long.MAX_VALUE,
                SINCE,
                SINCE.plusNanos(1000));
        Lease lasting = new Lease("s-2", "node-2", "", LockMode.READ, 0, 0, Instant.EPOCH, null);
        Claim early = new Claim("s-3", "node-3", "bob", LockMode.WRITE, Long.MIN_VALUE, SINCE.plusSeconds(1));
        Claim late = new Claim("s-4", "node-4", "-", LockMode.READ, Long.MAX_VALUE, SINCE);
        LockRecord record =
                new LockRecord(KEY, 0, Long.MAX_VALUE, List.of(ending, lasting), List.of(late, early, late));

        LockRecord made = put(store, record);

        assertThat(made).isEqualTo(record.withVersion(made.version()));
        assertThat(find(other, KEY)).isEqualTo(made);
    }

    @Test
    void aRecordMayBeLong() {
        List<Lease> leases = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            leases.add(lease("session-" + i, "thread-" + i + " of \u4F60\u597D"));
            claims.add(claim("session-" + i, "thread-" + i + " of \u4F60\u597D"));
        }

        LockRecord made = put(store, new LockRecord(KEY, 0, 7, leases, claims));
        LockRecord next = stored(other.update(KEY, guess(made), INCREMENT, PATIENCE));

        assertThat(made.leases()).isEqualTo(leases);
        assertThat(made.claims()).isEqualTo(claims);
        assertThat(find(store, KEY)).isEqualTo(next).isEqualTo(idle(KEY, 8).withVersion(next.version()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void aNodeMayBeCalledAnythingAndPublishAnything(String label, List<String> names) {
        for (String name : names) {
            SessionStart session = store.beginSession(name, LONG, PATIENCE);
            assertThat(store.beat(session.id(), LONG, name + "\n" + name, PATIENCE)
                            .alive())
                    .isTrue();

            assertThat(other.sessions(PATIENCE))
                    .as(label)
                    .contains(new SessionInfo(session.id(), name, session.now(), name + "\n" + name));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void anyWordMayBeLeft(String label, List<String> names) {
        SessionStart session = begin();
        names.forEach(name ->
                assertThat(other.tell(session.id(), name, PATIENCE)).as(label).isTrue());

        assertThat(store.beat(session.id(), LONG, "", PATIENCE).notices()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aNodeMayPublishMuch() {
        SessionStart session = begin();
        String much = ("account:4711 \u4F60\u597D " + EMOJI + "\n").repeat(10_000);

        assertThat(store.beat(session.id(), LONG, much, PATIENCE).alive()).isTrue();

        assertThat(other.sessions(PATIENCE)).extracting(SessionInfo::published).containsExactly(much);
    }
}
