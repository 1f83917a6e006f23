package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LockNumbersTest {

    private final LockNumbers numbers = new LockNumbers();
    private final LocalLock lock = someLock();

    private static LocalLock someLock() {
        try (InterlockManager locks = InterlockManager.builder().build();
                LockHandle held = locks.write("door").acquire()) {
            return ((Hold) held).lock;
        }
    }

    @Test
    void everyNumberHasAPlaceOfItsOwn() {
        for (int i = 1; i <= 20_000; i++) {
            int number = numbers.next();
            assertThat(number).isEqualTo(i);
            assertThat(numbers.find(number)).isNull();
            numbers.put(number, lock);
        }
        for (int i = 1; i <= 20_000; i++) {
            assertThat(numbers.find(i)).isSameAs(lock);
        }
    }

    @Test
    void aNumberThatIsFreeIsGivenOutAgain() {
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
            int number = numbers.next();
            numbers.put(number, lock);
            used.add(number);
        }
        used.forEach(numbers::free);

        assertThat(numbers.find(2000)).isNull();
        for (int i = 0; i < 3000; i++) {
            assertThat(used.remove(numbers.next())).isTrue();
        }
        assertThat(numbers.next()).isEqualTo(3001);
    }

    @Test
    void aManagerNeedsNoMoreNumbersThanItRemembersLocks() {
        try (InterlockManager locks =
                InterlockManager.builder().maxResources(10).build()) {
            int highest = 0;
            for (int i = 0; i < 10_000; i++) {
                try (LockHandle held = locks.write("door", i).acquire()) {
                    highest = Math.max(highest, ((Hold) held).lock.number);
                }
            }
            assertThat(highest).isLessThan(50);
        }
    }
}
