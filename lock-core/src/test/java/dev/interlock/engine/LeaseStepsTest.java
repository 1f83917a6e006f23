package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockMode;
import dev.interlock.engine.LeaseSteps.Answer;
import dev.interlock.engine.LeaseSteps.Node;
import dev.interlock.engine.LeaseSteps.Wish;
import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaseStepsTest {

    private static final RecordKey DOOR = new RecordKey("door");
    private static final Wish READ = new Wish("somebody", LockMode.READ, 0, null);
    private static final Wish WRITE = new Wish("somebody", LockMode.WRITE, 0, null);
    private static final int BLOCK = 4;

    private final Set<String> dead = new HashSet<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private @Nullable LockRecord record;
    private Set<String> told = Set.of();

    private static Node node(String session) {
        return new Node(session, "node " + session, BLOCK, 0);
    }

    private <R> R apply(Step<R> step) {
        now = now.plusMillis(1);
        Change<R> change = step.apply(record, new StoreView() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public boolean isAlive(String session) {
                return !dead.contains(session);
            }
        });
        if (change.next() != null) {
            record = change.next();
        }
        told = change.tell();
        return change.result();
    }

    private Answer take(String session, Wish wish) {
        return apply(LeaseSteps.exchange(DOOR, node(session), wish, false));
    }

    private Answer claim(String session, Wish wish) {
        return apply(LeaseSteps.exchange(DOOR, node(session), wish, true));
    }

    private Answer giveBack(String session) {
        return apply(LeaseSteps.exchange(DOOR, node(session), null, false));
    }

    private List<String> holding() {
        return record == null
                ? List.of()
                : record.leases().stream().map(Lease::session).toList();
    }

    private List<String> claiming() {
        return record == null
                ? List.of()
                : record.claims().stream().map(Claim::session).toList();
    }

    private long token(Answer answer) {
        Lease lease = answer.lease();
        assertThat(lease).isNotNull();
        return lease == null ? 0 : lease.firstToken();
    }

    // --- taking ----------------------------------------------------------------------------------------------------

    @Test
    void whatIsFreeIsGranted() {
        assertThat(take("a", WRITE).granted()).isTrue();
        assertThat(holding()).containsExactly("a");
    }

    @Test
    void whoWritesIsAlone() {
        take("a", WRITE);

        assertThat(take("b", WRITE).granted()).isFalse();
        assertThat(take("b", READ).granted()).isFalse();
        assertThat(claiming()).isEmpty();
    }

    @Test
    void readersShare() {
        take("a", READ);

        assertThat(take("b", READ).granted()).isTrue();
        assertThat(take("c", WRITE).granted()).isFalse();
        assertThat(holding()).containsExactly("a", "b");
    }

    @Test
    void aReaderDoesNotPassAWriterThatWaits() {
        take("a", READ);
        claim("b", WRITE);

        assertThat(take("c", READ).granted()).isFalse();
        assertThat(claim("c", READ).claimed()).isTrue();
        giveBack("a");

        assertThat(holding()).containsExactly("b");
        assertThat(told).containsExactly("b");
        giveBack("b");
        assertThat(holding()).containsExactly("c");
    }

    @Test
    void readersThatWaitBehindOneAnotherComeInTogether() {
        take("a", WRITE);
        claim("b", READ);
        claim("c", READ);
        claim("d", WRITE);
        claim("e", READ);

        giveBack("a");

        assertThat(holding()).containsExactly("b", "c");
        assertThat(told).containsExactlyInAnyOrder("b", "c");
        assertThat(claiming()).containsExactly("d", "e");
    }

    @Test
    void aHeadStartGoesBeforeWhoCameALittleEarlier() {
        take("a", WRITE);
        claim("b", WRITE);
        claim("c", new Wish("important", LockMode.WRITE, 500_000, null));

        giveBack("a");

        assertThat(holding()).containsExactly("c");
    }

    @Test
    void aHeadStartIsWorthNoMoreThanItsTime() {
        take("a", WRITE);
        claim("b", WRITE);
        now = now.plusSeconds(1);
        claim("c", new Wish("important", LockMode.WRITE, 500_000, null));

        giveBack("a");

        assertThat(holding()).containsExactly("b");
    }

    @Test
    void aClaimThatIsRepeatedKeepsItsPlace() {
        take("a", WRITE);
        claim("b", WRITE);
        claim("c", WRITE);
        claim("b", WRITE);

        giveBack("a");

        assertThat(holding()).containsExactly("b");
    }

    @Test
    void whoWantsNothingAnyMoreLeavesNothingBehind() {
        take("a", WRITE);
        claim("b", WRITE);

        giveBack("b");

        assertThat(claiming()).isEmpty();
        assertThat(holding()).containsExactly("a");
    }

    @Test
    void whoWithdrawsLetsThoseBehindThrough() {
        take("a", READ);
        claim("b", WRITE);
        claim("c", READ);

        giveBack("b");

        assertThat(holding()).containsExactly("a", "c");
        assertThat(told).containsExactly("c");
    }

    @Test
    void aStepThatIsTakenTwiceBecauseTheAnswerWasLostHasTheSameEffect() {
        take("a", WRITE);
        take("a", WRITE);
        assertThat(holding()).containsExactly("a");

        claim("b", WRITE);
        claim("b", WRITE);
        assertThat(claiming()).containsExactly("b");

        giveBack("a");
        giveBack("a");
        assertThat(holding()).containsExactly("b");
    }

    @Test
    void whoGoesFromReadingToWritingLinesUpLikeOthers() {
        take("a", READ);
        claim("b", WRITE);

        assertThat(claim("a", WRITE).granted()).isFalse();
        assertThat(holding()).containsExactly("b");
        giveBack("b");
        assertThat(holding()).containsExactly("a");
    }

    // --- going on --------------------------------------------------------------------------------------------------

    @Test
    void whoIsAloneGoesOnWithFreshTokens() {
        long first = token(take("a", WRITE));

        Answer more = apply(LeaseSteps.renew(DOOR, node("a"), WRITE, false));

        assertThat(token(more)).isGreaterThanOrEqualTo(first + BLOCK);
    }

    @Test
    void whoseWaitersCameLaterThanOthersGetsNoMore() {
        Lease before = take("a", WRITE).lease();
        claim("b", WRITE);

        assertThat(apply(LeaseSteps.renew(DOOR, node("a"), WRITE, false)).lease())
                .isEqualTo(before);
        Wish earlier = new Wish("earlier", LockMode.WRITE, 1_000_000, null);
        assertThat(apply(LeaseSteps.renew(DOOR, node("a"), earlier, false)).lease())
                .isNotEqualTo(before);
    }

    @Test
    void whoMustGoesOnAllTheSame() {
        Lease before = take("a", WRITE).lease();
        claim("b", WRITE);

        assertThat(apply(LeaseSteps.renew(DOOR, node("a"), WRITE, true)).lease())
                .isNotEqualTo(before);
    }

    @Test
    void readersNeedNotYieldToReaders() {
        Lease before = take("a", READ).lease();
        take("b", WRITE);
        claim("c", READ);

        assertThat(apply(LeaseSteps.renew(DOOR, node("a"), READ, false)).lease())
                .isNotEqualTo(before);
    }

    @Test
    void whoHasBeenEvictedLearnsOfItWhateverHeAsks() {
        take("a", WRITE);
        apply(LeaseSteps.evict(DOOR, node("b"), lease -> true));

        assertThat(apply(LeaseSteps.renew(DOOR, node("a"), WRITE, true)).granted())
                .isFalse();
        assertThat(apply(LeaseSteps.cover(DOOR, node("a"), null)).granted()).isFalse();
        assertThat(apply(LeaseSteps.share(DOOR, node("a"))).granted()).isFalse();
        assertThat(holding()).isEmpty();
    }

    @Test
    void whoIsEvictedIsTold() {
        take("a", WRITE);
        claim("c", WRITE);

        List<Lease> evicted = apply(LeaseSteps.evict(DOOR, node("b"), lease -> true));

        assertThat(evicted).extracting(Lease::session).containsExactly("a");
        assertThat(told).containsExactlyInAnyOrder("a", "c");
        assertThat(holding()).containsExactly("c");
    }

    @Test
    void whoSharesWhatItHadAloneLetsReadersIn() {
        take("a", WRITE);
        claim("b", READ);

        apply(LeaseSteps.share(DOOR, node("a")));

        assertThat(holding()).containsExactly("a", "b");
        assertThat(take("c", WRITE).granted()).isFalse();
    }

    // --- the dead --------------------------------------------------------------------------------------------------

    @Test
    void theDeadHoldNothing() {
        take("a", WRITE);
        claim("b", READ);
        dead.add("a");
        dead.add("b");

        assertThat(take("c", WRITE).granted()).isTrue();
        assertThat(holding()).containsExactly("c");
        assertThat(claiming()).isEmpty();
    }

    @Test
    void aLeaseThatIsOverIsNobodysAlthoughItsSessionLives() {
        take("a", new Wish("brief", LockMode.WRITE, 0, Duration.ofSeconds(1)));
        assertThat(take("b", WRITE).granted()).isFalse();

        now = now.plusSeconds(1);

        assertThat(take("b", WRITE).granted()).isTrue();
    }

    @Test
    void aLeaseThatIsExtendedLastsAsLongAsThat() {
        take("a", new Wish("brief", LockMode.WRITE, 0, Duration.ofSeconds(1)));
        apply(LeaseSteps.cover(DOOR, node("a"), Duration.ofSeconds(5)));
        now = now.plusSeconds(2);
        assertThat(take("b", WRITE).granted()).isFalse();

        apply(LeaseSteps.cover(DOOR, node("a"), null));
        now = now.plusSeconds(10);

        assertThat(take("b", WRITE).granted()).isFalse();
    }

    @Test
    void buryingTheDeadLetsGoWhoWaitedForThem() {
        take("a", WRITE);
        claim("b", WRITE);
        dead.add("a");

        assertThat(apply(LeaseSteps.bury(DOOR, node("")))).isEqualTo(1);
        assertThat(holding()).containsExactly("b");
        assertThat(told).containsExactly("b");
    }

    // --- tokens ----------------------------------------------------------------------------------------------------

    @Test
    void tokensBeginWithTheTimeOfTheStore() {
        assertThat(token(take("a", WRITE))).isEqualTo(RecordText.micros(now) + 1);
    }

    @Test
    void tokensRiseAlsoWhereTheRecordIsAheadOfTheTime() {
        long first = token(take("a", WRITE));
        now = now.minusSeconds(100);
        giveBack("a");

        assertThat(token(take("b", WRITE))).isGreaterThanOrEqualTo(first + BLOCK);
    }

    /** Whatever happens, in whatever order: exclusion, tokens that rise, no claim where there could be a lease. */
    @Test
    void whateverHappensTheRecordIsSound() {
        for (int seed = 0; seed < 300; seed++) {
            record = null;
            dead.clear();
            Random random = new Random(seed);
            Map<String, Integer> lives = new HashMap<>();
            long highest = 0;
            for (int i = 0; i < 200; i++) {
                String name = "n" + random.nextInt(5);
                String session = name + "." + lives.getOrDefault(name, 0);
                List<Lease> before = record == null ? List.of() : record.leases();
                int what = random.nextInt(12);
                Wish wish = new Wish(
                        "w",
                        random.nextBoolean() ? LockMode.READ : LockMode.WRITE,
                        random.nextInt(3000),
                        random.nextInt(4) == 0 ? Duration.ofMillis(random.nextInt(5)) : null);
                switch (what) {
                    case 0, 1, 2 -> claim(session, wish);
                    case 3, 4 -> take(session, wish);
                    case 5, 6, 7 -> giveBack(session);
                    case 8 -> apply(LeaseSteps.renew(DOOR, node(session), wish, random.nextBoolean()));
                    case 9 -> apply(LeaseSteps.share(DOOR, node(session)));
                    case 10 -> apply(LeaseSteps.evict(DOOR, node(session), lease -> random.nextBoolean()));
                    default -> {
                        dead.add(session);
                        lives.merge(name, 1, Integer::sum);
                        apply(LeaseSteps.bury(DOOR, node("")));
                    }
                }
                highest = checkSound(before, highest, "seed " + seed + ", step " + i);
            }
        }
    }

    private long checkSound(List<Lease> before, long highest, String where) {
        if (record == null) {
            return highest;
        }
        List<Lease> leases = record.leases();
        boolean alone = leases.size() <= 1;
        boolean shared = leases.stream().allMatch(each -> each.mode() == LockMode.READ);
        assertThat(alone || shared).as("%s: %s", where, record).isTrue();
        assertThat(claiming()).as(where).doesNotHaveDuplicates();
        assertThat(holding()).as(where).doesNotHaveDuplicates();
        if (!claiming().isEmpty()) {
            Claim first = record.claims().get(0);
            boolean fits = leases.isEmpty() || (shared && first.mode() == LockMode.READ);
            assertThat(fits).as("%s: %s", where, record).isFalse();
        }
        long top = highest;
        for (Lease each : leases) {
            List<Long> known = new ArrayList<>();
            before.forEach(old -> known.add(old.firstToken()));
            if (!known.contains(each.firstToken())) {
                assertThat(each.firstToken()).as(where).isGreaterThan(highest);
                top = Math.max(top, each.lastToken());
            }
        }
        return top;
    }
}
