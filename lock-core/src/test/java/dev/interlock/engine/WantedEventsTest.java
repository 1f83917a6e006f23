package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockTimeoutException;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WantedEventsTest {

    private final List<Class<?>> heard = new ArrayList<>();

    private LockListener wanting(Set<Class<? extends LockEvent>> types) {
        return new LockListener() {
            @Override
            public void onEvent(LockEvent event) {
                heard.add(event.getClass());
            }

            @Override
            public boolean wants(Class<? extends LockEvent> type) {
                return types.contains(type);
            }
        };
    }

    private static InterlockManager.Builder withoutHistory() {
        return InterlockManager.builder().historySize(0).callbackExecutor(Runnable::run);
    }

    private static void takeAndMissIn(InterlockManager locks) {
        try (LockHandle held = locks.write("door").acquire()) {
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> locks.write("door")
                    .owner(() -> "somebody else")
                    .timeout(Duration.ofMillis(1))
                    .acquire());
        }
    }

    @Test
    void whatIsRareIsToldToThoseWhoWantNothingElse() {
        try (InterlockManager locks = withoutHistory()
                .listener(wanting(Set.of(LockEvent.Contended.class, LockEvent.TimedOut.class)))
                .build()) {
            takeAndMissIn(locks);
        }

        assertThat(heard).containsExactly(LockEvent.Contended.class, LockEvent.TimedOut.class);
    }

    @Test
    void whoComesLaterAndWantsAcquisitionsHearsOfEachFromThenOn() {
        try (InterlockManager locks =
                withoutHistory().listener(wanting(Set.of())).build()) {
            locks.write("door").run(() -> {});
            locks.listen(wanting(Set.of(LockEvent.Acquired.class)));
            locks.listen(wanting(Set.of()));
            locks.write("door").run(() -> {});
            locks.write("door").run(() -> {});
        }

        assertThat(heard).containsExactly(LockEvent.Acquired.class, LockEvent.Acquired.class);
    }
}
