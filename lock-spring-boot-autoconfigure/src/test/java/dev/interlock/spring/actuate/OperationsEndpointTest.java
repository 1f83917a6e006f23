package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.spi.LockStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much the endpoint of operations answers at the most. */
@Timeout(60)
class OperationsEndpointTest {

    private final LockManager locks =
            InterlockManager.builder().node("orders-1").build();
    private final OperationsEndpoint endpoint = new OperationsEndpoint(locks.operations(), "orders-1");

    @AfterEach
    void close() {
        locks.close();
    }

    private OptimisticRequest on(String id) {
        return locks.optimistic().on("document", id).id(id);
    }

    private OperationsEndpoint.Answer answer(Integer limit) {
        return (OperationsEndpoint.Answer) endpoint.operations(null, null, null, null, null, limit);
    }

    private static Stream<OperationDescriptor> all(List<OperationDescriptor> trees) {
        return trees.stream().flatMap(each -> Stream.concat(Stream.of(each), all(each.children())));
    }

    @Test
    void ofManyOperationsAHundredAreShown() {
        on("top").attempt(current -> {
            for (int i = 0; i < 300; i++) {
                on("part-" + i).attempt(part -> null);
            }
            assertThat(answer(null).underWay()).isEqualTo(1);
            assertThat(answer(null).remembered()).isEqualTo(300);
            assertThat(answer(null).running()).singleElement().satisfies(top -> {
                assertThat(top.children()).hasSize(99);
                assertThat(top.omitted()).isEqualTo(201);
            });
            return null;
        });
        on("after").attempt(current -> null);

        assertThat(answer(null).running()).isEmpty();
        assertThat(all(answer(null).recent())).hasSize(100);
        assertThat(all(answer(3).recent()))
                .extracting(OperationDescriptor::id)
                .containsExactly("after", "top", "part-0");
        assertThat(all(answer(1000).recent()))
                .hasSize(302)
                .extracting(OperationDescriptor::omitted)
                .containsOnly(0);
    }

    @Test
    void aLongChainOfPartsIsSeveralTrees() {
        for (int i = 0; i < 1_050; i++) {
            OptimisticRequest request = on("link-" + i);
            CompletableFuture<?> begun =
                    (i == 0 ? request : request.parent("link-" + (i - 1))).attemptAsync(current -> null, command -> {});
            assertThat(begun).isNotDone();
        }

        assertThat(answer(2_000).running()).hasSize(11).allSatisfy(top -> assertThat(all(List.of(top)))
                .hasSizeLessThanOrEqualTo(100));
        assertThat(all(answer(2_000).running())).hasSize(1_050);
        assertThat(all(answer(150).running())).hasSize(150);
    }

    @Test
    void aTreeIsShownWholeIfAnyPartOfItIsLookedFor() {
        on("top").attempt(current -> {
            locks.optimistic().on("picture:1").id("picture").attempt(part -> null);
            return null;
        });

        OperationsEndpoint.Answer answer =
                (OperationsEndpoint.Answer) endpoint.operations(null, "picture", null, null, null, null);

        assertThat(answer.remembered()).isEqualTo(1);
        assertThat(all(answer.recent())).extracting(OperationDescriptor::id).containsExactly("top", "picture");
    }

    @Test
    void whereTheBackendKeepsNoStampsThereAreNoOperations() {
        LockStore mute = mock(LockStore.class);
        when(mute.kind()).thenReturn("mute");
        try (LockManager without = InterlockManager.builder().store(mute).build()) {
            assertThatExceptionOfType(LockException.class).isThrownBy(without::optimistic);

            OperationsEndpoint.Answer answer =
                    (OperationsEndpoint.Answer) new OperationsEndpoint(without.operations(), "orders-1")
                            .operations(null, null, null, null, null, null);

            assertThat(answer.underWay()).isZero();
            assertThat(answer.kinds()).hasSize(3);
        }
    }
}
