package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventBusTest {

    private final Deque<Runnable> later = new ArrayDeque<>();
    private final List<Integer> heard = new ArrayList<>();
    private final LockListener listener = event -> heard.add(number(event));

    private static LockEvent event(int number) {
        return new LockEvent.Contended("door", LockMode.READ, LockOwner.named("owner"), Instant.EPOCH, number);
    }

    private static int number(LockEvent event) {
        return ((LockEvent.Contended) event).queueLength();
    }

    private void publish(EventBus bus, int events) {
        for (int i = 0; i < events; i++) {
            bus.publish(event(i));
        }
    }

    private void runAll() {
        while (!later.isEmpty()) {
            later.poll().run();
        }
    }

    @Test
    void oneTaskAtATimeWorksOffTheBacklogInOrder() {
        EventBus bus = new EventBus(List.of(listener), 10_000, 0, later::add);

        publish(bus, 1000);

        assertThat(later).hasSize(1);
        runAll();
        assertThat(heard).hasSize(1000).isSorted();
    }

    @Test
    @DisplayName("way 16: whoever throws misses nothing of what comes next, and keeps nothing from others")
    void aListenerThatThrowsHearsOn() {
        List<Integer> thrown = new ArrayList<>();
        LockListener broken = event -> {
            thrown.add(number(event));
            throw new LinkageError("on purpose");
        };
        EventBus bus = new EventBus(List.of(broken, listener), 100, 0, later::add);

        publish(bus, 3);
        runAll();

        assertThat(thrown).containsExactly(0, 1, 2);
        assertThat(heard).containsExactly(0, 1, 2);
    }

    @Test
    void everyTypeOfEventIsAskedFor() {
        assertThat(new ArrayList<Class<?>>(EventBus.TYPES))
                .containsExactlyInAnyOrder(LockEvent.class.getPermittedSubclasses());
    }

    @Test
    void aListenerHearsOfWhatItWantsAndIsAskedOnce() {
        List<Class<?>> asked = new ArrayList<>();
        LockListener picky = new LockListener() {
            @Override
            public void onEvent(LockEvent event) {
                heard.add(number(event));
            }

            @Override
            public boolean wants(Class<? extends LockEvent> type) {
                asked.add(type);
                return type == LockEvent.Contended.class;
            }
        };
        EventBus bus = new EventBus(List.of(picky), 1, 0, later::add);

        bus.publish(new LockEvent.Acquired(
                "door", LockMode.READ, LockOwner.named("owner"), Instant.EPOCH, 1, Duration.ZERO));
        publish(bus, 1);
        runAll();

        assertThat(heard).as("the backlog of one was free").containsExactly(0);
        assertThat(asked).hasSameSizeAs(EventBus.TYPES);
        assertThat(bus.isHeard()).isTrue();
        assertThat(bus.isListening()).isFalse();
    }

    @Test
    void whoIsAddedLaterHearsOfWhatComesNext() {
        EventBus bus = new EventBus(List.of(), 10, 0, later::add);
        bus.publish(event(0));

        bus.add(listener);
        bus.publish(event(1));
        runAll();

        assertThat(heard).containsExactly(1);
        assertThat(bus.isListening()).isTrue();
    }

    @Test
    void whoIsTooSlowMissesEventsAndHearsAgainLater() {
        EventBus bus = new EventBus(List.of(listener), 5, 0, later::add);

        publish(bus, 8);
        runAll();
        bus.publish(event(99));
        runAll();

        assertThat(heard).containsExactly(0, 1, 2, 3, 4, 99);
    }

    @Test
    void anExecutorThatRefusesOnceSilencesNobodyForGood() {
        AtomicBoolean refusing = new AtomicBoolean(true);
        EventBus bus = new EventBus(List.of(listener), 10, 0, work -> !refusing.get() && later.add(work));

        bus.publish(event(0));
        refusing.set(false);
        bus.publish(event(1));
        runAll();

        assertThat(heard).containsExactly(0, 1);
    }

    @Test
    void aListenerMayPublishItself() {
        EventBus[] bus = new EventBus[1];
        LockListener echo = event -> {
            heard.add(number(event));
            if (number(event) < 3) {
                bus[0].publish(event(number(event) + 1));
            }
        };
        bus[0] = new EventBus(List.of(echo), 10, 0, work -> {
            work.run();
            return true;
        });

        bus[0].publish(event(0));

        assertThat(heard).containsExactly(0, 1, 2, 3);
    }

    @Test
    void theHistoryKeepsTheLatestInOrder() {
        EventBus bus = new EventBus(List.of(), 1, 4, later::add);

        publish(bus, 10);

        assertThat(bus.history()).extracting(EventBusTest::number).containsExactly(6, 7, 8, 9);
        assertThat(later).isEmpty();
    }

    @Test
    void withoutAHistoryNothingIsKept() {
        EventBus bus = new EventBus(List.of(), 1, 0, later::add);

        publish(bus, 10);

        assertThat(bus.history()).isEmpty();
        assertThat(bus.isRecording()).isFalse();
    }
}
