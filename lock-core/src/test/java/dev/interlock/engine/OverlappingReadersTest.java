package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that overlap never leave the stack empty; what has ended must go all the same. */
@Timeout(60)
class OverlappingReadersTest {

    private static final int ROUNDS = 200_000;

    private final LockManager locks = InterlockManager.builder()
            .historySize(0)
            .maxLocksPerOwner(Integer.MAX_VALUE)
            .build();

    @Test
    void theStackStaysShortWhileReadersFollowEachOther() throws Exception {
        LockHandle held = locks.read("a").acquire();
        for (int i = 0; i < ROUNDS; i++) {
            LockHandle next = locks.read("a").acquire();
            held.close();
            held = next;
        }

        assertThat(stackBeneath(held)).isLessThan(4);
    }

    @Test
    void theStackStaysShortWhileReadersComeAndGoAtRandom() throws Exception {
        Random random = new Random(7);
        List<LockHandle> held = new ArrayList<>();
        LockHandle latest = locks.read("a").acquire();
        for (int i = 0; i < ROUNDS; i++) {
            latest = locks.read("a").acquire();
            held.add(latest);
            if (held.size() > 16) {
                held.remove(random.nextInt(held.size())).close();
            }
        }

        assertThat(stackBeneath(latest)).isLessThan(100);
        assertThat(((Hold) latest).depth()).isLessThan(100);
    }

    private static int stackBeneath(LockHandle handle) throws ReflectiveOperationException {
        Field next = Hold.class.getDeclaredField("next");
        next.setAccessible(true);
        int length = 0;
        for (Object each = next.get(handle); each != null; each = next.get(each)) {
            length++;
        }
        return length;
    }
}
