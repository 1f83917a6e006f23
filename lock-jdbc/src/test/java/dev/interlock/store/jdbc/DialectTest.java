package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest extends StoreTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
                "MODE=MySQL;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                "MODE=MariaDB",
                "MODE=Oracle",
                "MODE=MSSQLServer",
                "MODE=DB2",
                "MODE=LEGACY",
                "IGNORECASE=TRUE",
                "DATABASE_TO_UPPER=FALSE",
            })
    void h2ServesInEachOfItsModes(String mode) {
        String url = "jdbc:h2:mem:" + prefix + ";DB_CLOSE_DELAY=-1;" + mode;
        JdbcLockStore store = store(new UrlDataSource(url, "sa", ""));
        store.check(PATIENCE);
        SessionStart session = store.beginSession("Node \0 \uD83D\uDD12", LONG, PATIENCE);

        for (String name : List.of("Job", "job", "job ", "jób", "\0", "\uD83D")) {
            RecordKey key = new RecordKey(name);
            StampRecord stamp = new StampRecord(7, 100, name.length() == 1 ? null : "Who");
            assertThat(store.readStamp(name, PATIENCE)).isNull();
            assertThat(store.replaceStamp(name, null, stamp, PATIENCE)).isTrue();
            assertThat(store.replaceStamp(name, new StampRecord(7, 100, "who"), stamp, PATIENCE))
                    .isFalse();
            assertThat(store.readStamp(name, PATIENCE)).isEqualTo(stamp);
            assertThat(find(store, key)).isNull();
            assertThat(find(store, put(store, idle(key, name.length())).key()))
                    .isEqualTo(store.read(List.of(key), PATIENCE).get(0));
        }
        assertThat(store.tell(session.id(), "", PATIENCE)).isTrue();
        assertThat(store.beat(session.id(), LONG, "x", PATIENCE).notices()).containsExactly("");
        assertThat(store.sessions(PATIENCE))
                .containsExactly(new SessionInfo(session.id(), "Node \0 \uD83D\uDD12", session.now(), "x"));
    }

    /** A dialect of a user's own for a database that is known already. */
    private static final class Foreign implements Dialect {
        @Override
        public String name() {
            return "foreign";
        }

        @Override
        public String now() {
            return "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS BIGINT)";
        }
    }

    @Test
    void aDialectOfTheUsersOwnServesByTheStandardAlone() {
        TestDatabase database = TestDatabase.H2_IN_MEMORY;
        store(database.dataSource()).close();
        JdbcLockStore store = bare(database.dataSource(), builder -> builder.dialect(new Foreign()));

        store.check(PATIENCE);
        assertThat(store.update(KEY, guess(null), INCREMENT, PATIENCE).result()).isEqualTo(1);
        assertThat(store.update(KEY, guess(null), INCREMENT, PATIENCE).result()).isEqualTo(2);
        StampRecord stamp = new StampRecord(1, 100, null);
        assertThat(store.replaceStamp("stamped", null, stamp, PATIENCE)).isTrue();
        assertThat(store.replaceStamp("stamped", null, stamp, PATIENCE)).isFalse();
        assertThat(store.replaceStamp("stamped", stamp, new StampRecord(2, 200, "x"), PATIENCE))
                .isTrue();
    }

    @Test
    void onlyAStoreOnPostgreSqlIsToldAndOnlyIfItWantsToBe() {
        assertThat(store(TestDatabase.POSTGRESQL.dataSource())).isInstanceOf(ChangeFeed.class);
        assertThat(bare(TestDatabase.POSTGRESQL.dataSource(), builder -> builder.notifications(false)))
                .isNotInstanceOf(ChangeFeed.class);
        assertThat(bare(TestDatabase.MARIADB.dataSource(), builder -> builder)).isNotInstanceOf(ChangeFeed.class);
    }

    @Test
    void aDatabaseThatNobodyKnowsNeedsADialect() {
        assertThat(Dialects.of("Sybase")).isNull();
        assertThat(Dialects.of("MySQL").name()).isEqualTo("mysql");
        assertThat(Dialects.of("MySQL").lockWait().value()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1LOCK_",
                "LOCK;",
                "LOCK_ ",
                "lock-",
                "a.b.LOCK_",
                "\"LOCK_\"",
                "LOCK_--",
                "x'",
                "ä",
                ".LOCK_"
            })
    void aPrefixThatIsNoBeginningOfANameIsRefused(String bad) {
        JdbcLockStoreBuilder builder = JdbcLockStore.builder(TestDatabase.H2_IN_MEMORY.dataSource());

        assertThatThrownBy(() -> builder.tablePrefix(bad))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + bad + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5432/app?user=me&password=secret, jdbc:postgresql://db:5432/app",
        "jdbc:h2:mem:x;USER=sa;PASSWORD=secret, jdbc:h2:mem:x",
        "jdbc:mysql://me:secret@db:3306/app, jdbc:mysql://db:3306/app",
        "jdbc:mariadb://me:se@cr/et@db:3306/app, jdbc:mariadb://db:3306/app",
        "jdbc:oracle:thin:scott/tiger@//db:1521/app, jdbc:oracle:thin://db:1521/app",
        "jdbc:h2:tcp://localhost/~/x, jdbc:h2:tcp://localhost/~/x"
    })
    void aDescriptionGivesNoSecretAway(String url, String described) {
        assertThat(new Where("Base", "1", url)).hasToString("Base 1 at " + described);
    }

    @ParameterizedTest
    @CsvSource({
        "23505, DUPLICATE",
        "23000, DUPLICATE",
        "23502, LASTING",
        "40001, CONFLICT",
        "40P01, CONFLICT",
        "55P03, CONFLICT",
        "08006, LOST",
        "57P01, LOST",
        "25006, READ_ONLY",
        "42P01, NO_TABLE",
        "42S02, NO_TABLE",
        "42501, NO_RIGHTS",
        "28P01, NO_RIGHTS",
        "42601, LASTING",
        "22001, LASTING",
        "53100, PASSING",
        "HY000, PASSING",
        ", PASSING"
    })
    void anErrorMeansWhatItsStateSays(String state, Fault fault) {
        assertThat(Fault.of(new SQLException("a test", state))).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource({
        "1213, CONFLICT",
        "1205, CONFLICT",
        "1020, CONFLICT",
        "1062, DUPLICATE",
        "1146, NO_TABLE",
        "1290, READ_ONLY",
        "1836, READ_ONLY",
        "1142, NO_RIGHTS",
        "1927, LOST",
        "1053, LOST",
        "3024, PASSING"
    })
    void anErrorOfMySqlMeansWhatItsNumberSays(int code, Fault fault) {
        assertThat(new MySqlDialect("mysql", "1").faultOf(new SQLException("a test", "HY000", code)))
                .isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource({
        "50200, CONFLICT",
        "40001, CONFLICT",
        "90131, CONFLICT",
        "90067, LOST",
        "90098, LOST",
        "90121, LOST",
        "42102, NO_TABLE",
        "42104, NO_TABLE",
        "90097, READ_ONLY",
        "90096, NO_RIGHTS",
        "23505, DUPLICATE"
    })
    void anErrorOfH2MeansWhatItsNumberSays(int code, Fault fault) {
        assertThat(new H2Dialect().faultOf(new SQLException("a test", Integer.toString(code), code)))
                .isEqualTo(fault);
    }
}
