package dev.interlock.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.util.UUIDConverter;

/** With services that use a JdbcLockRegistry on the same INT_LOCK table. */
@Timeout(60)
class JdbcLockRegistryInteroperationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final String RESOURCE = "account:1";

    private final Database database = new Database();
    private final JdbcLockRegistry oldService = database.service();
    private RegistryStore store;

    @BeforeEach
    void connect() {
        store = new RegistryStore(database.service(), "locks", LIFE);
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    @Test
    void aServiceThatLocksThroughTheTableIsKeptOut() {
        Lock old = oldService.obtain(RESOURCE);

        store.tryTake(RESOURCE, PATIENCE);
        assertThat(old.tryLock()).isFalse();

        store.giveBack(RESOURCE, PATIENCE);
        assertThat(old.tryLock()).isTrue();
        old.unlock();
    }

    @Test
    void aServiceThatLocksThroughTheTableKeepsInterlockOut() {
        Lock old = oldService.obtain(RESOURCE);

        assertThat(old.tryLock()).isTrue();
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isFalse();

        old.unlock();
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
    }

    @Test
    void whatIsGivenBackLeavesNoRow() {
        store.tryTake(RESOURCE, PATIENCE);
        assertThat(database.rowsThatHold()).isOne();

        store.giveBack(RESOURCE, PATIENCE);
        assertThat(database.rowsThatHold()).isZero();
    }

    @Test
    void whatIsTakenLastsAsLongAsTheStoreWasToldAndNotAsTheRegistryWould() {
        RegistryStore brief = new RegistryStore(database.service(), "locks", Duration.ofMillis(1));
        brief.tryTake(RESOURCE, PATIENCE);

        await().untilAsserted(
                        () -> assertThat(oldService.obtain(RESOURCE).tryLock()).isTrue());
        brief.close();
    }

    @Test
    void whatIsKeptLastsOn() {
        RegistryStore brief = new RegistryStore(database.service(), "locks", Duration.ofMillis(1));
        brief.tryTake(RESOURCE, PATIENCE);

        assertThat(brief.keep(RESOURCE, LIFE, PATIENCE)).isTrue();

        assertThat(oldService.obtain(RESOURCE).tryLock()).isFalse();
        brief.close();
    }

    @Test
    void whatSomebodyElseHasTakenMeanwhileIsLostAndStaysTheirs() {
        store.tryTake(RESOURCE, PATIENCE);
        database.expireAll();
        Lock old = oldService.obtain(RESOURCE);
        assertThat(old.tryLock()).isTrue();

        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isFalse();
        store.giveBack(RESOURCE, PATIENCE);
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isFalse();

        old.unlock();
        assertThat(store.tryTake(RESOURCE, PATIENCE)).isTrue();
    }

    @Test
    void whatWasLostIsFreeAgainWithinTheProcessToo() {
        JdbcLockRegistry registry = database.service();
        store = new RegistryStore(registry, "locks", LIFE);
        store.tryTake(RESOURCE, PATIENCE);
        database.expireAll();
        Lock old = oldService.obtain(RESOURCE);
        assertThat(old.tryLock()).isTrue();

        assertThat(store.keep(RESOURCE, LIFE, PATIENCE)).isFalse();
        old.unlock();

        Lock direct = registry.obtain(RESOURCE);
        assertThat(direct.tryLock()).isTrue();
        direct.unlock();
    }

    @Test
    void aLateGivingBackTakesNothingFromSomebodyElse() {
        store.tryTake(RESOURCE, PATIENCE);
        database.expireAll();
        Lock old = oldService.obtain(RESOURCE);
        assertThat(old.tryLock()).isTrue();

        store.giveBack(RESOURCE, PATIENCE);

        assertThat(database.rowsThatHold()).isOne();
        old.unlock();
    }

    @Test
    void keysThatShareALockWithinTheRegistryCanBeHeldAtOnceAndAreFreedForOthersOneByOne() {
        List<String> keys = sharingOneLock(3);
        keys.forEach(each -> assertThat(store.tryTake(each, PATIENCE)).isTrue());

        for (String each : keys) {
            assertThat(oldService.obtain(each).tryLock()).isFalse();
            store.giveBack(each, PATIENCE);
            Lock old = oldService.obtain(each);
            assertThat(old.tryLock()).as("%s is free", each).isTrue();
            old.unlock();
        }
        keys.forEach(each -> assertThat(store.tryTake(each, PATIENCE)).isTrue());
    }

    @Test
    void keysThatShareALockAreKeptOneByOne() {
        List<String> keys = sharingOneLock(2);
        keys.forEach(each -> store.tryTake(each, PATIENCE));

        store.giveBack(keys.get(0), PATIENCE);

        assertThat(store.keep(keys.get(0), LIFE, PATIENCE)).isFalse();
        assertThat(store.keep(keys.get(1), LIFE, PATIENCE)).isTrue();
    }

    /** A registry chooses one of 256 locks by the hash of the key's path. */
    private static List<String> sharingOneLock(int count) {
        List<String> keys = new ArrayList<>();
        int wanted = path("account:0").hashCode() & 0xFF;
        for (int i = 0; keys.size() < count; i++) {
            if ((path("account:" + i).hashCode() & 0xFF) == wanted) {
                keys.add("account:" + i);
            }
        }
        return keys;
    }

    private static String path(String key) {
        return UUIDConverter.getUUID(key).toString();
    }

    @Test
    void manyResourcesAreHeldAtOnce() {
        for (int i = 0; i < 300; i++) {
            assertThat(store.tryTake("account:" + i, PATIENCE)).isTrue();
        }
        assertThat(database.rowsThatHold()).isEqualTo(300);
        for (int i = 0; i < 300; i++) {
            assertThat(store.keep("account:" + i, LIFE, PATIENCE)).isTrue();
        }
        for (int i = 0; i < 300; i++) {
            store.giveBack("account:" + i, PATIENCE);
        }
        assertThat(database.rowsThatHold()).isZero();
    }

    @Test
    void aDatabaseThatIsGoneIsAFailureAndNoAnswer() {
        store.tryTake(RESOURCE, PATIENCE);
        database.close();

        assertThatThrownBy(() -> store.tryTake("account:2", PATIENCE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("could not take 'account:2'");
        assertThatThrownBy(() -> store.keep(RESOURCE, LIFE, PATIENCE)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.giveBack(RESOURCE, PATIENCE)).isInstanceOf(StoreException.class);
    }
}
