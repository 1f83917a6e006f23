package dev.interlock.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.integration.support.locks.DefaultLockRegistry;
import org.springframework.integration.support.locks.LockRegistry;

@Timeout(60)
class RegistryStoreTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LIFE = Duration.ofSeconds(30);
    private static final String RESOURCE = "account:1";

    private final List<RegistryStore> stores = new ArrayList<>();

    private RegistryStore on(LockRegistry<?> registry) {
        RegistryStore store = new RegistryStore(registry, "locks", LIFE);
        stores.add(store);
        return store;
    }

    @AfterEach
    void closeAll() {
        stores.forEach(RegistryStore::close);
    }

    @Test
    void whatIsTakenIsNotTakenAgainUntilItIsGivenBack() {
        RegistryStore store = on(new DefaultLockRegistry());

        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isFalse();
        store.giveBack(RESOURCE, PATIENCE);
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
    }

    @Test
    void twoStoresOnOneRegistryKeepEachOtherOut() {
        DefaultLockRegistry registry = new DefaultLockRegistry();
        RegistryStore one = on(registry);
        RegistryStore other = on(registry);

        one.tryTake(RESOURCE, PATIENCE);

        assertThat(other.tryTake(RESOURCE, PATIENCE)).isFalse();
        one.giveBack(RESOURCE, PATIENCE);
        assertThat(other.tryTake(RESOURCE, PATIENCE)).isTrue();
    }

    @Test
    void whoeverUsesTheRegistryDirectlyIsKeptOutToo() {
        DefaultLockRegistry registry = new DefaultLockRegistry();
        RegistryStore store = on(registry);

        store.tryTake(RESOURCE, PATIENCE);
        assertThat(registry.obtain(RESOURCE).tryLock()).isFalse();

        store.giveBack(RESOURCE, PATIENCE);
        assertThat(registry.obtain(RESOURCE).tryLock()).isTrue();
    }

    @Test
    void aResourceIsTakenKeptAndGivenBackInOneThreadWhoeverAsks() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        RegistryStore store = on(key -> new ReentrantLock() {
            @Override
            public boolean tryLock() {
                threads.add(Thread.currentThread());
                return super.tryLock();
            }

            @Override
            public void unlock() {
                threads.add(Thread.currentThread());
                super.unlock();
            }
        });

        assertThat(inAnotherThread(() -> store.tryTake(RESOURCE, PATIENCE))).isTrue();
        assertThat(inAnotherThread(() -> store.keep(RESOURCE, LIFE, PATIENCE))).isTrue();
        inAnotherThread(() -> {
            store.giveBack(RESOURCE, PATIENCE);
            return true;
        });

        assertThat(inAnotherThread(() -> store.keep(RESOURCE, LIFE, PATIENCE))).isFalse();
        assertThat(threads).singleElement().extracting(Thread::isDaemon).isEqualTo(true);
    }

    @Test
    void keysThatShareALockWithinTheRegistryCanBeHeldAtOnce() {
        RegistryStore store = on(new DefaultLockRegistry(0x7));

        for (int i = 0; i < 50; i++) {
            assertThat(store.tryTake("account:" + i, PATIENCE)).isTrue();
        }
        for (int i = 0; i < 50; i++) {
            assertThat(store.keep("account:" + i, LIFE, PATIENCE)).isTrue();
            store.giveBack("account:" + i, PATIENCE);
        }
    }

    @Test
    void whatIsHeldIsKept() {
        RegistryStore store = on(new DefaultLockRegistry());
        store.tryTake(RESOURCE, PATIENCE);

        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isTrue();
        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isTrue();

        store.giveBack(RESOURCE, PATIENCE);
        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isFalse();
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
    }

    @Test
    void whatARegistryWithoutRenewalNoLongerGivesIsLost() {
        ScriptedLock lock = new ScriptedLock();
        RegistryStore store = on(key -> lock);
        store.tryTake(RESOURCE, PATIENCE);

        lock.free = false;

        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isFalse();
        lock.free = true;
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
    }

    @Test
    void aRegistryThatHangsIsWaitedForNoLongerThanThePatience() {
        ScriptedLock lock = new ScriptedLock();
        CountDownLatch hang = lock.hang();
        RegistryStore store = on(key -> lock);

        assertThatThrownBy(() -> store.tryTake(RESOURCE, Duration.ofMillis(50)))
                .asInstanceOf(type(StoreException.class))
                .satisfies(failure -> assertThat(failure.isPassing()).isTrue())
                .satisfies(failure -> assertThat(failure)
                        .hasMessage("the LockRegistry 'locks' (" + nameOf(store)
                                + ") could not take 'account:1' within 50ms"));
        hang.countDown();
    }

    private static String nameOf(RegistryStore store) {
        String text = store.describe();
        return text.substring(text.indexOf('(') + 1, text.length() - 1);
    }

    @Test
    void whatWasTakenAfterThePatienceWasAtItsEndIsGivenBack() {
        ScriptedLock lock = new ScriptedLock();
        CountDownLatch hang = lock.hang();
        RegistryStore store = on(key -> lock);
        assertThatThrownBy(() -> store.tryTake(RESOURCE, Duration.ofMillis(50))).isInstanceOf(StoreException.class);

        hang.countDown();

        await().untilAsserted(() -> assertThat(lock.unlocked).hasValue(1));
        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isFalse();
    }

    @Test
    void whoNoLongerWaitsWhenHisTurnComesTakesNothing() {
        ScriptedLock lock = new ScriptedLock();
        CountDownLatch hang = lock.hang();
        RegistryStore store = on(key -> lock);
        assertThatThrownBy(() -> store.tryTake(RESOURCE, Duration.ofMillis(50))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.tryTake(RESOURCE, Duration.ofMillis(50))).isInstanceOf(StoreException.class);

        hang.countDown();

        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isFalse();
        assertThat(lock.tried).hasValue(1);
    }

    @Test
    void whatCouldNotBeGivenBackInTimeIsGivenBackAllTheSame() {
        ScriptedLock lock = new ScriptedLock();
        RegistryStore store = on(key -> lock);
        store.tryTake(RESOURCE, PATIENCE);
        CountDownLatch hang = lock.hang();

        assertThatThrownBy(() -> store.giveBack(RESOURCE, Duration.ofMillis(50)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("could not give back 'account:1'");
        hang.countDown();

        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
        assertThat(lock.unlocked).hasValue(1);
    }

    @Test
    void aGivingBackWhoseTurnComesTooLateIsDoneAllTheSame() {
        ScriptedLock lock = new ScriptedLock();
        RegistryStore store = on(key -> lock);
        store.tryTake("a", PATIENCE);
        CountDownLatch hang = lock.hang();
        assertThatThrownBy(() -> store.tryTake("e", Duration.ofMillis(50)))
                .as("'a' and 'e' go by the same thread")
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.giveBack("a", Duration.ofMillis(50))).isInstanceOf(StoreException.class);

        hang.countDown();

        await().untilAsserted(() -> assertThat(lock.unlocked).hasValue(2));
        assertThat(store.keep("a", LIFE, PATIENCE)).isFalse();
    }

    @Test
    void theFailureOfARegistryIsToldWithTheResourceAndItsCause() {
        ScriptedLock lock = new ScriptedLock();
        lock.failure = new IllegalArgumentException("no route to host");
        RegistryStore store = on(key -> lock);

        assertThatThrownBy(() -> store.tryTake(RESOURCE, PATIENCE))
                .asInstanceOf(type(StoreException.class))
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContaining("could not take 'account:1': no route to host")
                        .hasCause(lock.failure))
                .satisfies(failure -> assertThat(failure.isPassing()).isTrue());
    }

    @Test
    void aGivingBackThatFailedIsTriedAgain() {
        ScriptedLock lock = new ScriptedLock();
        RegistryStore store = on(key -> lock);
        store.tryTake(RESOURCE, PATIENCE);
        lock.failure = new IllegalArgumentException("no route to host");
        assertThatThrownBy(() -> store.giveBack(RESOURCE, PATIENCE)).isInstanceOf(StoreException.class);
        assertThat(lock.unlocked).hasValue(0);

        lock.failure = null;
        store.giveBack(RESOURCE, PATIENCE);

        assertThat(lock.unlocked).hasValue(1);
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
    }

    @Test
    void anInterruptedThreadLearnsWhatBecameOfTheResourceAndStaysInterrupted() {
        RegistryStore store = on(new DefaultLockRegistry());

        Thread.currentThread().interrupt();
        boolean taken = store.tryTake(RESOURCE, PATIENCE);
        boolean interrupted = Thread.interrupted();

        assertThat(taken).isTrue();
        assertThat(interrupted).isTrue();
    }

    @Test
    void theEndGivesEverythingBack() {
        DefaultLockRegistry registry = new DefaultLockRegistry();
        RegistryStore store = on(registry);
        store.tryTake("a", PATIENCE);
        store.tryTake("b", PATIENCE);

        store.close();

        assertThat(registry.obtain("a").tryLock()).isTrue();
        assertThat(registry.obtain("b").tryLock()).isTrue();
        assertThatThrownBy(() -> store.tryTake("c", PATIENCE))
                .asInstanceOf(type(StoreException.class))
                .satisfies(
                        failure -> assertThat(failure).hasMessageContaining("could not take 'c': this store is closed"))
                .satisfies(failure -> assertThat(failure.isPassing()).isFalse());
    }

    @Test
    void saysWhatItIs() {
        RegistryStore store = on(new DefaultLockRegistry());

        assertThat(store.kind()).isEqualTo("registry");
        assertThat(store.describe()).isEqualTo("the LockRegistry 'locks' (DefaultLockRegistry)");
    }

    private static boolean inAnotherThread(Callable<Boolean> task) throws Exception {
        FutureTask<Boolean> answer = new FutureTask<>(task);
        new Thread(answer).start();
        return answer.get(30, TimeUnit.SECONDS);
    }

    /** Does what the test says. */
    private static final class ScriptedLock implements Lock {

        private final AtomicInteger tried = new AtomicInteger();
        private final AtomicInteger unlocked = new AtomicInteger();
        private volatile boolean free = true;
        private volatile RuntimeException failure;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        CountDownLatch hang() {
            gate = new CountDownLatch(1);
            return gate;
        }

        private void pass() {
            try {
                assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public boolean tryLock() {
            tried.incrementAndGet();
            pass();
            return free;
        }

        @Override
        public void unlock() {
            pass();
            unlocked.incrementAndGet();
        }

        @Override
        public boolean tryLock(long time, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void lock() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void lockInterruptibly() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException();
        }
    }
}
