package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockOwner;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OwnersTest {

    private final Owners owners = new Owners();

    @Test
    void aNamedOwnerIsOneObjectWhileItTakesAnything() {
        Owner one = owners.enter(LockOwner.named("alice"));
        Owner same = owners.enter(LockOwner.named("alice"));

        assertThat(same).isSameAs(one);
        assertThat(one.taken()).isEqualTo(2);
        assertThat(owners.enter(LockOwner.named("bob"))).isNotSameAs(one);
    }

    @Test
    void aNamedOwnerIsForgottenWithTheLastThingItTook() {
        Owner owner = owners.enter(LockOwner.named("alice"));
        owners.enter(LockOwner.named("alice"));
        owner.leave();
        assertThat(owners.sharedCount()).isEqualTo(1);

        owner.leave();

        assertThat(owners.sharedCount()).isZero();
    }

    @Test
    void aThreadIsOneOwnerAndMayActForAnother() throws Exception {
        Owner mine = owners.enter(null);
        assertThat(owners.enter(null)).isSameAs(mine);
        CompletableFuture<Owner> elsewhere = new CompletableFuture<>();
        new Thread(() -> elsewhere.complete(owners.enter(mine.identity()))).start();

        assertThat(elsewhere.get(20, TimeUnit.SECONDS)).isSameAs(mine);
        assertThat(mine.taken()).isEqualTo(3);
        assertThat(owners.sharedCount()).isZero();
    }

    @Test
    void whatOthersGiveBackInItsNameCounts() throws Exception {
        Owner mine = owners.enter(null);
        CompletableFuture<Boolean> elsewhere = new CompletableFuture<>();
        new Thread(() -> {
                    mine.leave();
                    elsewhere.complete(true);
                })
                .start();

        assertThat(elsewhere.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(mine.taken()).isZero();
    }

    @Test
    void theOwnerOfAThreadIsAStrangerToAnotherManager() {
        LockOwner foreign = new Owners().enter(null).identity();

        assertThat(owners.enter(foreign).identity()).isEqualTo(foreign);
        assertThat(owners.sharedCount()).isEqualTo(1);
    }

    @Test
    void aThreadThatLivesOnDoesNotKeepTheOwners() {
        WeakReference<Owners> gone = usedByThisThread();

        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            System.gc();
            return gone.get() == null;
        });
    }

    private static WeakReference<Owners> usedByThisThread() {
        Owners used = new Owners();
        used.enter(null).leave();
        return new WeakReference<>(used);
    }

    @Test
    void anonymousOwnersAreAllDifferent() {
        assertThat(owners.anonymous()).isNotEqualTo(owners.anonymous());
    }
}
