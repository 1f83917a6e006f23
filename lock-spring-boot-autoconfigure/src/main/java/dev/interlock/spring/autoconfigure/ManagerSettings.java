package dev.interlock.spring.autoconfigure;

import dev.interlock.engine.InterlockManager;
import dev.interlock.engine.InterlockManager.OptimisticSettings;
import dev.interlock.engine.InterlockManager.StoreSettings;
import dev.interlock.engine.InterlockManager.TypeSettings;
import java.time.Duration;
import org.springframework.core.env.Environment;

/** Tells the builder of a manager what the properties say. */
final class ManagerSettings {

    private static final Duration KEEP_IDLE = Duration.ofHours(1);

    private final InterlockProperties properties;
    private final Environment environment;

    ManagerSettings(InterlockProperties properties, Environment environment) {
        this.properties = properties;
        this.environment = environment;
    }

    void applyTo(InterlockManager.Builder builder) {
        builder.node(node())
                .distributedLocally(
                        LockBackends.MEMORY.equals(properties.distributed().backend()));
        applyWaiting(builder);
        applyLimits(builder);
        applyWatching(builder);
        builder.stores(this::applyStores);
        builder.drain(properties.shutdown().drain());
        builder.optimistic(this::applyOptimistic);
        properties.resources().forEach((type, own) -> builder.type(type, settings -> applyType(own, settings)));
        applyAdaptive(builder);
    }

    private void applyAdaptive(InterlockManager.Builder builder) {
        InterlockProperties.Adaptive common = properties.timeout().adaptive();
        if (common.enabled()) {
            builder.adaptiveTimeouts(common.min(), common.max());
        }
        properties.resources().forEach((type, own) -> {
            InterlockProperties.Bounds bounds = own.adaptive();
            if (bounds != null) {
                builder.type(type, settings -> settings.adaptiveTimeouts(bounds.min(common), bounds.max(common)));
            }
        });
    }

    private String node() {
        String given = properties.node();
        return given != null ? given : NodeName.of(environment.getProperty("spring.application.name"));
    }

    private void applyWaiting(InterlockManager.Builder builder) {
        builder.readTimeout(properties.timeout().read())
                .writeTimeout(properties.timeout().write())
                .distributedTimeout(properties.timeout().distributed())
                .releaseHeldOnTimeout(properties.timeout().releaseHeld())
                .fairness(properties.fairness().policy())
                .fairnessBound(properties.fairness().bound())
                .priorityAgeing(properties.fairness().priorityAgeing());
    }

    private void applyLimits(InterlockManager.Builder builder) {
        builder.maxLocksPerOwner(properties.limits().maxLocksPerOwner())
                .maxQueue(properties.limits().maxQueue())
                .maxResourceLength(properties.limits().maxResourceLength());
    }

    private void applyWatching(InterlockManager.Builder builder) {
        builder.deadlocks(properties.deadlock().policy())
                .longWait(properties.deadlock().longWait())
                .ordering(properties.ordering().policy())
                .hierarchy(properties.ordering().hierarchy())
                .statistics(properties.statistics().enabled())
                .historySize(properties.statistics().historySize())
                .maxResources(properties.statistics().maxResources())
                .captureStackTraces(properties.debug().captureStackTraces());
    }

    private StoreSettings applyStores(StoreSettings settings) {
        InterlockProperties.Retry retry = properties.retry();
        InterlockProperties.Lease lease = properties.lease();
        return settings.timeToLive(lease.duration())
                .renew(lease.renew())
                .maxHold(lease.maxHold())
                .handOffs(lease.handOffs())
                .term(lease.term())
                .publishAfter(properties.deadlock().publishAfter())
                .retry(retry.maxAttempts(), retry.delay(), retry.multiplier(), retry.jitter())
                .cleanup(properties.cleanup().interval(), KEEP_IDLE);
    }

    private OptimisticSettings applyOptimistic(OptimisticSettings settings) {
        InterlockProperties.Optimistic optimistic = properties.optimistic();
        InterlockProperties.Backoff rest = optimistic.backoff();
        optimistic.kinds().forEach((name, kind) -> settings.kind(kind.named(name)));
        return settings.backOff(rest.initial(), rest.multiplier(), rest.max(), rest.jitter())
                .history(optimistic.history())
                .maxStamps(optimistic.maxStamps())
                .turnsAway(optimistic.turnsAway());
    }

    private static TypeSettings applyType(InterlockProperties.Resource own, TypeSettings settings) {
        if (own.timeout() != null) {
            settings.timeout(own.timeout());
        }
        if (own.lease() != null) {
            settings.lease(own.lease());
        }
        if (own.stripes() > 0) {
            settings.stripes(own.stripes());
        }
        return settings.priority(own.priority());
    }
}
