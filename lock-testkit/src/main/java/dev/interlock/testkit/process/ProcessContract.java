package dev.interlock.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.StampStore;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a store and the engine keep up between processes that are killed and stopped, or wait for each other. Each test takes some ten seconds, and two
 * minutes with {@code -Dinterlock.soak=true}.
 *
 * <pre>{@code
 * class MyStoreProcessTest extends ProcessContract {
 *     @Override
 *     protected Class<? extends StoreFactory> factory() {
 *         return MyStoreFactory.class;
 *     }
 *
 *     @Override
 *     protected String argument() {
 *         return address;
 *     }
 * }
 * }</pre>
 */
@Timeout(300)
public abstract class ProcessContract {

    private static final boolean SOAK = Boolean.getBoolean("interlock.soak");
    private static final Duration LENGTH = SOAK ? Duration.ofMinutes(2) : Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SOME = Duration.ofSeconds(10);
    private static final int ROUNDS = SOAK ? 20 : 1;
    private static final List<Integer> CIRCLES = List.of(2, 3, 5);

    @TempDir
    Path directory;

    /** For subclasses. */
    protected ProcessContract() {}

    /** Opens the store in each process, and in this one. */
    protected abstract Class<? extends StoreFactory> factory();

    /** What the factory is given. */
    protected abstract String argument();

    /** Longer than a session lives without a sign of life, as the factory has set it up. */
    protected Duration longStop() {
        return Duration.ofSeconds(3);
    }

    /** Whether a process that is stopped for so long loses its locks; if not, the others wait for it. */
    protected boolean stoppedIsThoughtDead() {
        return true;
    }

    @BeforeEach
    void signalsCanBeSent() {
        assumeTrue(File.separatorChar == '/', "a system with signals");
    }

    @Test
    void nothingIsBrokenWhenProcessesAreKilled() throws Exception {
        ContestResult result = contest().kills(true).run(directory);

        assertThat(result.violations()).as(result.toString()).isEmpty();
        assertThat(result.killed()).isPositive();
        assertThat(result.history().holds()).isNotEmpty();
        assertThat(result.miscounted()).isZero();
        assertNothingRemains();
    }

    @Test
    void nothingIsBrokenWhenProcessesAreStoppedForAMoment() throws Exception {
        ContestResult result = contest().stops(Duration.ofMillis(200)).run(directory);

        assertThat(result.violations()).as(result.toString()).isEmpty();
        assertThat(result.stopped()).isPositive();
        assertNothingRemains();
    }

    @Test
    void nothingIsBrokenWhenProcessesAreThoughtDeadAndComeBack() throws Exception {
        ContestResult result = contest().kills(true).stops(longStop()).run(directory);

        assertThat(result.violations()).as(result.toString()).isEmpty();
        assertThat(result.stopped() + result.killed()).isPositive();
        assertNothingRemains();
    }

    @Test
    void aDeadlockOfThreeProcessesCostsOneOwnerAndTheOthersGoOn() throws Exception {
        try (Standoff standoff = new Standoff(factory(), argument(), DeadlockPolicy.BREAK, directory)) {
            for (int size : CIRCLES) {
                standoff.circle(size);
            }
            for (int size : CIRCLES) {
                standoff.untilAllHaveEnded(size);
                assertThat(standoff.said(Party.VICTIM, size)).hasSize(1);
            }

            assertThat(standoff.finish()).isEmpty();
            for (int size : CIRCLES) {
                assertThat(standoff.said(Party.FINISHED, size)).hasSize(size - 1);
                assertThat(standoff.said(Party.DEADLOCK, size)).containsExactly(reportOf(size));
            }
        }
    }

    @Test
    void aDeadlockOfThreeProcessesIsReportedByOneOfThem() throws Exception {
        try (Standoff standoff = new Standoff(factory(), argument(), DeadlockPolicy.REPORT, directory)) {
            for (int size : CIRCLES) {
                standoff.circle(size);
            }
            for (int size : CIRCLES) {
                Standoff.until("the circle of " + size + " is reported", () -> !standoff.said(Party.DEADLOCK, size)
                        .isEmpty());
            }
            untilAllNodesHaveSpokenAgain();
            for (int size : CIRCLES) {
                assertThat(standoff.said(Party.FINISHED, size)).isEmpty();
                standoff.breakUp(size);
                standoff.untilAllHaveEnded(size);
            }

            assertThat(standoff.finish()).isEmpty();
            for (int size : CIRCLES) {
                assertThat(standoff.said(Party.FINISHED, size)).hasSize(size);
                assertThat(standoff.said(Party.DEADLOCK, size)).containsExactly(reportOf(size));
            }
        }
    }

    @Test
    void noUpdateWithoutALockIsLostWhenProcessesAreKilledOrThoughtDead() throws Exception {
        assumeTrue(keepsStamps(), "a store of stamps");
        try (ChangeContest contest = new ChangeContest(factory(), argument(), directory)) {
            ChangeResult result = contest.run(ROUNDS, stoppedIsThoughtDead() ? null : longStop());

            assertThat(result.violations()).as(result.toString()).isEmpty();
            assertThat(result.unknown()).as(result.toString()).isEqualTo(2L * ROUNDS);
            assertThat(result.refused()).as(result.toString()).isEqualTo(stoppedIsThoughtDead() ? ROUNDS : 0);
            assertThat(result.lost()).as(result.toString()).isEqualTo(stoppedIsThoughtDead() ? ROUNDS : 0);
            assertThat(result.longest())
                    .as(result.toString())
                    .isLessThan(longStop().plus(SOME));
        }
    }

    private boolean keepsStamps() throws Exception {
        StoreFactory opener = factory().getDeclaredConstructor().newInstance();
        try (LockStore store = opener.open(argument())) {
            return store instanceof StampStore;
        }
    }

    private static String reportOf(int size) {
        return Party.DEADLOCK + " " + String.join(" ", Standoff.owners(size));
    }

    /** So often that whoever else has found a circle would have said so. */
    private void untilAllNodesHaveSpokenAgain() throws Exception {
        Map<String, Set<String>> spoken = new HashMap<>();
        StoreFactory opener = factory().getDeclaredConstructor().newInstance();
        try (LockStore store = opener.open(argument())) {
            Standoff.until("all nodes have spoken again", () -> {
                store.sessions(LONG).forEach(each -> spoken.computeIfAbsent(each.node(), node -> new HashSet<>())
                        .add(each.published()));
                return spoken.size() == Standoff.PROCESSES
                        && spoken.values().stream().allMatch(each -> each.size() > 3);
            });
        }
    }

    private ProcessContest contest() {
        return ProcessContest.over(factory(), argument()).length(LENGTH);
    }

    /** Whatever those that were killed held is free again, and no session is left but the one that looks. */
    private void assertNothingRemains() throws Exception {
        StoreFactory opener = factory().getDeclaredConstructor().newInstance();
        InterlockManager.Builder settings = opener.settings(InterlockManager.builder());
        try (LockManager locks = settings.store(opener.open(argument())).build()) {
            for (int i = 0; i < ProcessContest.CELLS; i++) {
                try (LockHandle held =
                        locks.write(ProcessContest.resource(i)).timeout(LONG).acquire()) {
                    assertThat(held.isHeld()).isTrue();
                }
            }
        }
        try (LockStore store = opener.open(argument())) {
            Awaitility.await("all sessions are over").atMost(LONG).until(() -> store.sessions(LONG)
                    .isEmpty());
        }
    }
}
