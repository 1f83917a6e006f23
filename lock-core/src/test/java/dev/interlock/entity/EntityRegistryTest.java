package dev.interlock.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockHolder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EntityRegistryTest {

    private final LockManager locks = InterlockManager.builder().build();
    private final Map<Long, String> stored = new ConcurrentHashMap<>(Map.of(1L, "one", 2L, "two"));
    private final EntityRegistry<String, Long> entities = EntityRegistry.of(locks, "entity", stored::get);

    @AfterEach
    void nothingIsHeldAfterwards() {
        assertThat(locks.monitor().count().holds()).isZero();
        locks.close();
    }

    @Test
    void readersShareTheEntity() {
        String seen = entities.forRead(1L, entity -> {
            assertThat(modeOf("entity:1")).isEqualTo(LockMode.READ);
            return entity;
        });

        assertThat(seen).isEqualTo("one");
    }

    @Test
    void aWriterIsAloneWithTheEntity() {
        entities.forWrite(1L, entity -> {
            assertThat(modeOf("entity:1")).isEqualTo(LockMode.WRITE);
            assertThat(locks.read("entity", 1L).owner(LockOwner.named("other")).tryAcquire())
                    .isEmpty();
            return stored.put(1L, "uno");
        });

        assertThat(stored).containsEntry(1L, "uno");
    }

    @Test
    void theEntityIsLoadedAfterItsLockIsHeld() {
        EntityRegistry<Boolean, Long> looking =
                EntityRegistry.of(locks, "entity", id -> locks.monitor().isLocked("entity:" + id));

        assertThat(looking.<Boolean, RuntimeException>forRead(7L, held -> held)).isTrue();
    }

    @Test
    void severalEntitiesAreLockedTogetherAndHandedOverById() {
        List<String> both = entities.forWriteAll(List.of(2L, 1L, 2L), found -> {
            assertThat(locks.monitor().count().holds()).isEqualTo(2);
            return List.copyOf(found.values());
        });

        assertThat(both).containsExactly("two", "one");
    }

    @Test
    void severalEntitiesCanBeReadTogether() {
        assertThat(entities.<Integer, RuntimeException>forReadAll(List.of(1L, 2L), Map::size))
                .isEqualTo(2);
    }

    @Test
    void aMissingEntityIsNamedAndItsLockReleased() {
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> entities.forRead(3L, entity -> entity))
                .withMessageContaining("entity")
                .withMessageContaining("'3'");
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> entities.forWriteAll(List.of(1L, 3L), found -> found));
        assertThatThrownBy(() -> entities.openForWrite(3L)).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void whatTheWorkThrowsComesOutAsItIs() {
        assertThatThrownBy(() -> entities.forWrite(1L, entity -> {
                    throw new java.io.IOException("disk");
                }))
                .isInstanceOf(java.io.IOException.class);
    }

    @Test
    void anOpenHoldLastsUntilItIsClosed() {
        try (EntityHold<String> held = entities.openForWrite(2L)) {
            assertThat(held.entity()).isEqualTo("two");
            assertThat(held.handle().isHeld()).isTrue();
        }
        try (EntityHold<String> held = entities.openForRead(2L)) {
            assertThat(held.handle().mode()).isEqualTo(LockMode.READ);
        }
    }

    @Test
    void settingsGoIntoEveryRequest() {
        LockOwner batch = LockOwner.named("batch");
        EntityRegistry<String, Long> impatient = entities.with(
                request -> request.timeout(Duration.ZERO).owner(batch).reason("import"));

        try (EntityHold<String> held = entities.openForWrite(1L)) {
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> impatient.forRead(1L, entity -> entity))
                    .satisfies(late -> assertThat(late.owner()).contains(batch));
        }
    }

    @Test
    void withoutIdsNothingIsLocked() {
        Map<Long, String> read = entities.forReadAll(List.of(), found -> {
            assertThat(locks.monitor().count().holds()).isZero();
            return found;
        });
        Map<Long, String> written = entities.forWriteAll(List.of(), found -> found);

        assertThat(read).isEmpty();
        assertThat(written).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a:b"})
    void whatCannotBeATypeIsRefusedBeforeAnythingIsLocked(String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntityRegistry.of(locks, type, stored::get))
                .withMessageContaining("'" + type + "' is not a resource type");
    }

    @Test
    @SuppressWarnings("NullAway") // as a caller without null checks would
    void settingsThatAreNullAreRefusedWhereTheyAreGiven() {
        assertThatNullPointerException().isThrownBy(() -> entities.with(null)).withMessage("the settings are null");
    }

    private LockMode modeOf(String resource) {
        List<LockHolder> holders = locks.monitor().holders(resource);
        assertThat(holders).hasSize(1);
        return holders.get(0).mode();
    }
}
