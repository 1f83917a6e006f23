package dev.interlock.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.aggregator.AbstractCorrelatingMessageHandler;
import org.springframework.integration.aggregator.AggregatingMessageHandler;
import org.springframework.integration.aggregator.DefaultAggregatingMessageGroupProcessor;
import org.springframework.integration.aggregator.ResequencingMessageGroupProcessor;
import org.springframework.integration.aggregator.ResequencingMessageHandler;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.leader.event.LeaderEventPublisher;
import org.springframework.integration.store.SimpleMessageStore;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;

/** Spring Integration's own components on Interlock's locks. */
@Timeout(60)
class SpringIntegrationComponentsTest {

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Integration {}

    private final AnnotationConfigApplicationContext integration =
            new AnnotationConfigApplicationContext(Integration.class);
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final InterlockManager locks = InterlockManager.builder().build();
    private final InterlockLockRegistry registry = new InterlockLockRegistry(key -> {
        seen.add(key);
        return locks.write("integration", key);
    });
    private final ConcurrentLinkedQueue<Message<?>> output = new ConcurrentLinkedQueue<>();
    private final List<LockRegistryLeaderInitiator> initiators = new ArrayList<>();

    @AfterEach
    void close() {
        initiators.forEach(LockRegistryLeaderInitiator::stop);
        locks.close();
        integration.close();
    }

    @Test
    void anAggregatorPutsTogetherWhatManyThreadsBring() throws Exception {
        AggregatingMessageHandler aggregator =
                new AggregatingMessageHandler(new DefaultAggregatingMessageGroupProcessor(), new SimpleMessageStore());
        start(aggregator);

        sendFromManyThreads(aggregator, 10, 8);

        assertThat(output).hasSize(10).allSatisfy(group -> assertThat((List<?>) group.getPayload())
                .hasSize(8));
        assertThat(seen).hasSize(10);
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    void aResequencerPutsInOrderWhatManyThreadsBring() throws Exception {
        ResequencingMessageHandler resequencer =
                new ResequencingMessageHandler(new ResequencingMessageGroupProcessor(), new SimpleMessageStore());
        start(resequencer);

        sendFromManyThreads(resequencer, 1, 20);

        assertThat(output.stream().<Object>map(Message::getPayload))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
        assertThat(locks.monitor().count().holds()).isZero();
    }

    private void start(AbstractCorrelatingMessageHandler handler) {
        MessageChannel channel = (message, timeout) -> output.add(message);
        handler.setOutputChannel(channel);
        handler.setLockRegistry(registry);
        handler.setBeanFactory(integration.getBeanFactory());
        handler.afterPropertiesSet();
        handler.start();
    }

    private static void sendFromManyThreads(AbstractCorrelatingMessageHandler handler, int groups, int size)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> sent = new ArrayList<>();
        for (int number = size; number > 0; number--) {
            for (int group = 0; group < groups; group++) {
                Message<?> message = MessageBuilder.withPayload(number)
                        .setCorrelationId("order-" + group)
                        .setSequenceNumber(number)
                        .setSequenceSize(size)
                        .build();
                sent.add(threads.submit(() -> handler.handleMessage(message)));
            }
        }
        for (Future<?> each : sent) {
            each.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    @Test
    void ofTwoCandidatesOneIsTheLeaderAndTheOtherFollowsWhenHeStops() {
        LockRegistryLeaderInitiator one = candidate("one");
        await().until(() -> one.getContext().isLeader());
        LockRegistryLeaderInitiator other = candidate("other");
        await().until(() -> locks.monitor().count().waiters() == 1);
        assertThat(other.getContext().isLeader()).isFalse();

        one.stop();

        await().until(() -> other.getContext().isLeader());
        await().untilAsserted(() -> assertThat(one.getContext().isLeader()).isFalse());
    }

    @Test
    void aLeaderWhoYieldsIsFollowed() {
        LockRegistryLeaderInitiator one = candidate("one");
        await().until(() -> one.getContext().isLeader());
        LockRegistryLeaderInitiator other = candidate("other");
        await().until(() -> locks.monitor().count().waiters() == 1);

        one.getContext().yield();

        await().until(() -> other.getContext().isLeader());
    }

    /** The other must not believe for longer than a heartbeat that he leads. */
    @Test
    void aLeaderWhoseLockWasTakenAwayIsRevoked() {
        LockRegistryLeaderInitiator one = candidate("one");
        await().until(() -> one.getContext().isLeader());
        LockRegistryLeaderInitiator other = candidate("other");
        await().until(() -> locks.monitor().count().waiters() == 1);

        locks.monitor().forceRelease("integration:leader", "operator", "it hangs");

        await().until(() -> other.getContext().isLeader());
        await().until(() -> !one.getContext().isLeader());
    }

    private LockRegistryLeaderInitiator candidate(String id) {
        LockRegistryLeaderInitiator initiator =
                new LockRegistryLeaderInitiator(registry, new DefaultCandidate(id, "leader"));
        initiator.setHeartBeatMillis(Duration.ofMillis(20).toMillis());
        initiator.setBusyWaitMillis(10);
        initiator.setLeaderEventPublisher(new Silent());
        initiators.add(initiator);
        initiator.start();
        return initiator;
    }

    private static final class Silent implements LeaderEventPublisher {
        @Override
        public void publishOnGranted(Object source, Context context, String role) {}

        @Override
        public void publishOnFailedToAcquire(Object source, Context context, String role) {}

        @Override
        public void publishOnRevoked(Object source, Context context, String role) {}
    }
}
