package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The statements of the guide to fencing refuse whom they are said to refuse. */
@Tag("once")
class FencingGuideTest {

    private static final Pattern SQL = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL);

    private final LockManager locks = InterlockManager.builder().build();
    private final EmbeddedDatabase database = new EmbeddedDatabaseBuilder()
            .setType(EmbeddedDatabaseType.H2)
            .generateUniqueName(true)
            .build();
    private final JdbcClient client = JdbcClient.create(database);
    private String movesParcel = "";
    private String passesFence = "";
    private String makesFence = "";

    @BeforeEach
    void takeTheStatementsFromTheGuide() throws IOException {
        List<String> guide = SQL.matcher(Files.readString(Path.of("..", "docs", "fencing.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(guide).hasSize(5);
        client.sql(guide.get(0)).update();
        movesParcel = guide.get(1);
        client.sql(guide.get(2)).update();
        passesFence = guide.get(3);
        makesFence = guide.get(4);
        client.sql("insert into parcel (id, place) values (1, 'shelf')").update();
    }

    @AfterEach
    void end() {
        locks.close();
        database.shutdown();
    }

    @Test
    void whoHasBeenOvertakenChangesNothing() {
        LockHandle first = locks.write("parcel:1").acquire();
        assertThat(move("desk", first)).isEqualTo(1);
        LockHandle second = next(first);

        assertThat(move("van", second)).isEqualTo(1);
        assertThat(move("desk", first)).isZero();
        assertThat(move("door", second)).isEqualTo(1);
        assertThat(client.sql("select place from parcel").query(String.class).single())
                .isEqualTo("door");
    }

    @Test
    void whoHasBeenOvertakenDoesNotPassTheFence() {
        LockHandle first = locks.write("parcel:1").acquire();
        assertThat(pass(first)).isTrue();
        LockHandle second = next(first);

        assertThat(pass(second)).isTrue();
        assertThat(pass(first)).isFalse();
        assertThat(pass(second)).isTrue();
    }

    @Test
    void whoComesLaterWaitsAtTheFenceForTheCommit() {
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(database));
        TransactionTemplate apart = new TransactionTemplate(new DataSourceTransactionManager(database));
        apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        LockHandle first = locks.write("parcel:1").acquire();
        assertThat(pass(first)).isTrue();
        LockHandle second = next(first);

        transactions.executeWithoutResult(outer -> {
            assertThat(pass(first)).isTrue();
            assertThatExceptionOfType(TransientDataAccessException.class)
                    .isThrownBy(() -> apart.executeWithoutResult(inner -> {
                        client.sql("set lock_timeout 1").update();
                        boolean unused = pass(second);
                    }));
        });
        assertThat(pass(second)).isTrue();
    }

    @Test
    void askingAgainGivesTheSameToken() {
        try (LockHandle held = locks.write("parcel:1").acquire();
                LockHandle again = locks.write("parcel", 1).acquire()) {
            assertThat(again.fencingToken()).isEqualTo(held.fencingToken());
        }
    }

    /** Takes the lock from this holder, and has it. */
    private LockHandle next(LockHandle before) {
        locks.monitor().forceRelease(before.resource(), "test", "its process sleeps");
        return locks.write(before.resource()).acquire();
    }

    private int move(String place, LockHandle held) {
        return client.sql(movesParcel)
                .param("place", place)
                .param("token", held.fencingToken())
                .param("id", 1)
                .update();
    }

    private boolean pass(LockHandle held) {
        return run(passesFence, held) + run(makesFence, held) == 1;
    }

    private int run(String sql, LockHandle held) {
        return client.sql(sql)
                .param("resource", held.resource())
                .param("token", held.fencingToken())
                .update();
    }
}
