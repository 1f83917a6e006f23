package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.OptimisticConflictException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.OperationTotals;
import dev.interlock.optimistic.OperationTree;
import dev.interlock.optimistic.Operations;
import dev.interlock.optimistic.OptimisticRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What operations are, what they inherit, who gives way, and what is told of them. */
abstract class OperationContract extends OptimisticContract {

    OperationContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private Operation done(OptimisticRequest request) {
        return request.attempt(current -> () -> "done").operation();
    }

    // --- kinds and names -------------------------------------------------------------------------------------------

    @Test
    void thereAreThreeKindsAndThoseThatAreAdded() {
        OperationKind nightly = OperationKind.of("NIGHTLY", 1, 7);
        use(settings -> settings.optimistic(own -> own.kind(nightly).kind(OperationKind.of("LOW", 3, 1))));

        assertThat(optimistic.operations().kinds())
                .containsExactly(
                        OperationKind.STRUCTURAL, OperationKind.NORMAL, OperationKind.of("LOW", 3, 1), nightly);
        assertThat(done(optimistic.on(PAGE).kind("NIGHTLY")).maxRetries()).isEqualTo(7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> optimistic.on(PAGE).kind("DAILY"))
                .withMessageContaining("'DAILY'")
                .withMessageContaining("NIGHTLY");
    }

    @Test
    @SuppressWarnings("NullAway") // what is null is to be refused
    void whatMakesNoSenseIsRefused() {
        OptimisticRequest request = optimistic.on(PAGE);

        assertThatNullPointerException().isThrownBy(() -> request.kind((String) null));
        assertThatNullPointerException().isThrownBy(() -> request.id(null));
        assertThatIllegalArgumentException().isThrownBy(() -> request.id(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> request.id("x".repeat(201)));
        assertThatIllegalArgumentException().isThrownBy(() -> request.parent(""));
        assertThatIllegalArgumentException().isThrownBy(() -> request.retries(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> request.timeout(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> OperationKind.of(" ", 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> OperationKind.of("X", 11, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> OperationKind.of("X", 1, -1));
    }

    @Test
    void aNameIsTakenForAsLongAsItsOperationIsUnderWay() {
        optimistic.on(PAGE).id("mine").attempt(current -> {
            assertThat(contenders
                            .start("other", () -> done(optimistic.on(PAGE).id("mine")))
                            .failure())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'mine'");
            return null;
        });

        assertThat(done(optimistic.on(PAGE).id("mine")).id()).isEqualTo("mine");
    }

    @Test
    void noOperationIsAPartOfItselfOrOfNobody() {
        optimistic.on(PAGE).id("outer").attempt(current -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> done(optimistic.on("page:8").id("outer")))
                    .withMessageContaining("outer → outer");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> done(optimistic.on("page:8").id("a").parent("a")));
            return null;
        });

        assertThatIllegalArgumentException()
                .isThrownBy(() -> done(optimistic.on(PAGE).parent("gone")))
                .withMessageContaining("'gone'");
    }

    // --- what parts inherit ----------------------------------------------------------------------------------------

    @Test
    void aPartInheritsTheHighestPriorityOfItsChainInWhicheverThread() {
        List<Operation> parts = new ArrayList<>();
        optimistic.on(PAGE).id("top").kind("STRUCTURAL").attempt(current -> {
            OperationContext here = optimistic.operations().context();
            parts.add(done(optimistic.on("page:1").kind("LOW")));
            parts.add(contenders
                    .start("pool", here.wrap((Callable<Operation>) () -> done(optimistic.on("page:2"))))
                    .result());
            AtomicReference<Operation> run = new AtomicReference<>();
            contenders
                    .start("pool", () -> {
                        here.wrap((Runnable) () -> run.set(done(optimistic.on("page:3"))))
                                .run();
                        here.wrap(Runnable::run).execute(() -> parts.add(done(optimistic.on("page:4"))));
                        return optimistic.operations().current().isEmpty();
                    })
                    .result();
            parts.add(run.get());
            parts.add(contenders
                    .start("pool", () -> done(optimistic.on("page:5").parent("top")))
                    .result());
            return null;
        });

        assertThat(parts).hasSize(5).allSatisfy(each -> {
            assertThat(each.priority()).isEqualTo(10);
            assertThat(each.parent()).isEqualTo("top");
        });
    }

    @Test
    void aMoreImportantPartOfALessImportantOperationKeepsItsOwnPriority() {
        optimistic.on(PAGE).kind("LOW").attempt(current -> {
            assertThat(done(optimistic.on("page:1")).priority()).isEqualTo(5);
            return null;
        });
    }

    @Test
    void aPartDoesNotChangeWhatItsWholeIsComputingFrom() {
        optimistic.on(PAGE).attempt(current -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> done(optimistic.on(PAGE)))
                    .withMessageContaining("overwrite");
            assertThatIllegalStateException()
                    .isThrownBy(() -> optimistic.commit(current, () -> {}))
                    .withMessageContaining("overwrite");
            done(optimistic.on("page:8"));
            return null;
        });

        assertThat(optimistic.stamp(PAGE).version()).isZero();
        assertThat(optimistic.stamp("page:8").version()).isOne();
    }

    @Test
    void aPartThatWasTriedToItsEndIsNotTriedAgainByItsWhole() {
        use(settings -> settings.optimistic(own -> own.backOff(Duration.ZERO, 2, Duration.ZERO, 0)));
        AtomicInteger tries = new AtomicInteger();

        assertThatExceptionOfType(OptimisticConflictException.class)
                .isThrownBy(() -> optimistic.on(PAGE).attempt(whole -> {
                    tries.incrementAndGet();
                    optimistic
                            .on("page:8")
                            .retries(1)
                            .attempt(part -> {
                                changedByAnother("page:8");
                                return () -> "no";
                            })
                            .orElseThrow();
                    return null;
                }));

        assertThat(tries).hasValue(1);
    }

    @Test
    void aConflictOfAPartThatIsNotTriedAgainIsOneOfItsWhole() {
        use(settings -> settings.optimistic(own -> own.backOff(Duration.ZERO, 2, Duration.ZERO, 0)));
        AtomicInteger tries = new AtomicInteger();

        OperationResult<Void> result = optimistic.on(PAGE).retries(2).attempt(whole -> {
            tries.incrementAndGet();
            optimistic
                    .on("page:8")
                    .retries(0)
                    .attempt(part -> {
                        changedByAnother("page:8");
                        return () -> "no";
                    })
                    .orElseThrow();
            return null;
        });

        assertThat(result.isSuccess()).isFalse();
        assertThat(tries).hasValue(3);
    }

    // --- who gives way ---------------------------------------------------------------------------------------------

    @Test
    void turnsOfTheLessImportantOvertakeAMoreImportantOneThreeTimesAtTheMost() {
        use(settings -> settings.optimistic(own -> own.backOff(Duration.ZERO, 2, Duration.ZERO, 0)));

        OperationResult<String> winner = optimistic.on(PAGE).kind("STRUCTURAL").attempt(current -> {
            for (int i = 0; i < 11; i++) {
                contenders
                        .start("low", () -> optimistic.on(PAGE).kind("LOW").attempt(at -> () -> "low"))
                        .result();
            }
            return () -> "won";
        });

        assertThat(winner.value()).contains("won");
        assertThat(winner.operation().retries()).isEqualTo(3);
    }

    @Test
    void theLessImportantIsTurnedAwayAtOnceAndTheWinnerIsNotDisturbed() {
        List<OperationResult<String>> lesser = new ArrayList<>();

        OperationResult<String> winner = optimistic
                .on(PAGE)
                .kind("STRUCTURAL")
                .retries(0)
                .attempt(current -> {
                    lesser.add(contenders
                            .start("lesser", () -> optimistic.attempt(PAGE, at -> () -> "no"))
                            .result());
                    return () -> "won";
                });

        assertThat(winner.value()).contains("won");
        assertThat(lesser.get(0).isSuccess()).isFalse();
        assertThat(lesser.get(0).operation().retries()).isZero();
        assertThat(lesser.get(0).operation().why()).contains("STRUCTURAL");
        assertThat(optimistic.operations().totals().rejected()).isEqualTo(1);
    }

    @Test
    void whoeverComesAfterTenWereTurnedAwayHasItsTurnEvenIfNobodyWasThereInBetween() {
        List<Boolean> went = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            optimistic
                    .on(PAGE)
                    .kind("STRUCTURAL")
                    .retries(1)
                    .timeout(Duration.ZERO)
                    .attempt(current -> {
                        went.add(contenders
                                .start("lesser", () -> optimistic.attempt(PAGE, at -> () -> "no"))
                                .result()
                                .isSuccess());
                        return null;
                    });
        }

        assertThat(went.subList(0, 10)).containsOnly(false);
        assertThat(went.get(10)).as("the eleventh").isTrue();
        assertThat(went.get(11)).as("the count begins anew").isFalse();
    }

    // --- what is told ----------------------------------------------------------------------------------------------

    @Test
    void eventsComeInOrderWithTheOperationAsItWasThen() {
        use(settings -> settings.optimistic(own -> own.backOff(Duration.ZERO, 1, Duration.ZERO, 0)));
        optimistic.on(PAGE).id("told").attempt(current -> {
            if (current.version() == 0) {
                changedByAnother(PAGE);
            }
            return () -> "done";
        });

        Contenders.until("all is told", () -> events.size() == 4);
        assertThat(heardOf())
                .containsExactly("OperationStarted", "OperationConflict", "OperationRetried", "OperationCompleted");
        assertThat(heard(LockEvent.OperationStarted.class).get(0).operation().status())
                .isEqualTo(OperationStatus.PENDING);
        assertThat(heard(LockEvent.OperationRetried.class).get(0).operation().retries())
                .isEqualTo(1);
        assertThat(heard(LockEvent.OperationCompleted.class).get(0).operation()).isEqualTo(found("told"));
    }

    @Test
    void treesShowPartsInTheOrderInWhichTheyWereAskedFor() {
        optimistic.on(PAGE).id("top").attempt(current -> {
            optimistic.on("page:1").id("first").attempt(at -> {
                done(optimistic.on("page:2").id("within"));
                return null;
            });
            done(optimistic.on("page:3").id("second"));
            return null;
        });
        done(optimistic.on(PAGE).id("later"));

        assertThat(optimistic.operations().trees().stream().map(OperationContract::shown))
                .containsExactly("later[]", "top[first[within[]], second[]]");
    }

    private static String shown(OperationTree tree) {
        return tree.operation().id()
                + tree.children().stream().map(OperationContract::shown).toList();
    }

    @Test
    void noTreeIsTooDeepToBeWrittenDown() {
        nested(220);

        List<OperationTree> trees = optimistic.operations().trees();

        assertThat(trees.stream().mapToInt(OperationContract::depth)).containsExactlyInAnyOrder(100, 100, 20);
    }

    private void nested(int levels) {
        optimistic.on("page", levels).attempt(current -> {
            if (levels > 1) {
                nested(levels - 1);
            }
            return null;
        });
    }

    private static int depth(OperationTree tree) {
        return 1
                + tree.children().stream()
                        .mapToInt(OperationContract::depth)
                        .max()
                        .orElse(0);
    }

    @Test
    void asManyAsAreToBeAreRemembered() {
        use(settings -> settings.optimistic(own -> own.history(2)));
        for (String id : List.of("one", "two", "three")) {
            done(optimistic.on(PAGE).id(id));
        }

        assertThat(optimistic.operations().recent()).extracting(Operation::id).containsExactly("three", "two");
        assertThat(optimistic.operations().find("one")).isEmpty();
        use(settings -> settings.optimistic(own -> own.history(0)));
        done(optimistic.on(PAGE));
        assertThat(optimistic.operations().recent()).isEmpty();
    }

    @Test
    void whatIsUnderWayIsShownWithTheThreadThatWorksForIt() {
        Operations all = optimistic.operations();
        optimistic.on(PAGE).id("now").attempt(current -> {
            assertThat(all.running()).extracting(Operation::id).containsExactly("now");
            assertThat(all.current().map(Operation::id)).contains("now");
            assertThat(all.context().operation().map(Operation::id)).contains("now");
            assertThat(found("now").status()).isEqualTo(OperationStatus.RUNNING);
            return Change.of(() -> {});
        });

        assertThat(all.current()).isEmpty();
        OperationTotals totals = all.totals();
        assertThat(totals.started()).isEqualTo(1);
        assertThat(totals.succeeded()).isEqualTo(1);
    }
}
