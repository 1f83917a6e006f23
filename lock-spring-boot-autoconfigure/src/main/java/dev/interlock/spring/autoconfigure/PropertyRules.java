package dev.interlock.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** What values the properties may have. */
final class PropertyRules {

    private static final Pattern TABLE_PREFIX =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_$]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_$]{0,39}");
    private static final String LEARNING =
            "needs statistics to learn from; set interlock.statistics.enabled=true as well, or leave this out";
    private static final String NO_WAITING = "must not be negative; 0 means not to wait";

    private final PropertyLookup lookup;
    private final List<String> problems = new ArrayList<>();

    private PropertyRules(PropertyLookup lookup) {
        this.lookup = lookup;
    }

    /**
     * Refuses values that cannot be.
     *
     * @throws LockConfigurationException that names each of them, where it was set, and what it may be
     */
    static void check(InterlockProperties properties, Environment environment) {
        PropertyRules rules = new PropertyRules(new PropertyLookup(environment));
        rules.check(properties);
        if (!rules.problems.isEmpty()) {
            throw new LockConfigurationException(
                    String.join("\n", rules.problems), "Change the value, or remove it: then the default holds.");
        }
    }

    private void check(InterlockProperties properties) {
        checkCommon(properties);
        checkStores(properties);
        properties.ordering().hierarchy().forEach(type -> checkType("ordering.hierarchy", type));
        checkDistinct(properties.ordering().hierarchy());
        checkType("integration.type", properties.integration().type());
        properties.resources().forEach(this::checkResource);
        checkAdaptive(properties);
        checkOptimistic(properties.optimistic());
    }

    private void checkOptimistic(InterlockProperties.Optimistic optimistic) {
        InterlockProperties.Backoff rest = optimistic.backoff();
        notNegative("optimistic.backoff.initial", rest.initial(), "must not be negative; 0 means no rest");
        refuse(
                !(rest.multiplier() >= 1 && rest.multiplier() < Double.POSITIVE_INFINITY),
                "optimistic.backoff.multiplier",
                "must be at least 1; 1 means rests of the same length");
        notNegative("optimistic.backoff.max", rest.max(), "must not be negative; 0 means no rest");
        refuse(
                !(rest.jitter() >= 0 && rest.jitter() <= 1),
                "optimistic.backoff.jitter",
                "must be a part from 0 to 1; 0 means no jitter");
        atLeast(0, "optimistic.history", optimistic.history(), "0 remembers none");
        atLeast(1, "optimistic.max-stamps", optimistic.maxStamps(), "choose a large number if there is to be no limit");
        atLeast(0, "optimistic.turns-away", optimistic.turnsAway(), "0 lets nobody be turned away twice in a row");
        optimistic.kinds().forEach(this::checkKind);
    }

    private void checkKind(String name, InterlockProperties.Kind kind) {
        String field = "optimistic.kinds[" + name + "]";
        refuse(name.isBlank(), "optimistic.kinds", "names a kind that is blank");
        Integer priority = kind.priority();
        refuse(
                priority != null && (priority < 1 || priority > 10),
                field + ".priority",
                "must be from 1 (lowest) to 10 (highest)");
        if (kind.retries() != null) {
            atLeast(0, field + ".retries", kind.retries(), "0 means not to try again");
        }
    }

    private void checkAdaptive(InterlockProperties properties) {
        InterlockProperties.Adaptive common = properties.timeout().adaptive();
        boolean timed = properties.statistics().enabled();
        checkBounds("timeout.adaptive", common.min(), common.max());
        refuse(common.enabled() && !timed, "timeout.adaptive.enabled", LEARNING);
        properties.resources().forEach((type, own) -> {
            String field = "resources[" + type + "].adaptive";
            InterlockProperties.Bounds bounds = own.adaptive();
            if (bounds != null) {
                checkBounds(field, bounds.min(common), bounds.max(common));
                refuse(!timed, field + (bounds.min() == null ? ".max" : ".min"), LEARNING);
            }
        });
    }

    private void checkBounds(String field, Duration min, Duration max) {
        positive(field + ".min", min);
        positive(field + ".max", max);
        refuse(
                max.compareTo(min) < 0 && !max.isNegative() && !max.isZero(),
                field + ".max",
                "must not be shorter than interlock." + field + ".min, which is " + min);
    }

    private void checkCommon(InterlockProperties properties) {
        refuse(
                properties.node() != null && properties.node().isBlank(),
                "node",
                "must not be blank; name the process as its operators know it, or leave it out");
        notNegative("timeout.read", properties.timeout().read(), NO_WAITING);
        notNegative("timeout.write", properties.timeout().write(), NO_WAITING);
        notNegative("timeout.distributed", properties.timeout().distributed(), NO_WAITING);
        checkFairness(properties.fairness());
        checkLimits(properties.limits());
        notNegative("deadlock.long-wait", properties.deadlock().longWait(), "must not be negative; 0 means never");
        notNegative("deadlock.publish-after", properties.deadlock().publishAfter(), "must not be negative");
        atLeast(0, "statistics.history-size", properties.statistics().historySize(), "0 keeps no history");
        atLeast(0, "statistics.max-resources", properties.statistics().maxResources(), "0 remembers no idle resource");
        notNegative("shutdown.drain", properties.shutdown().drain(), NO_WAITING);
    }

    private void checkFairness(InterlockProperties.Fairness fairness) {
        Duration ageing = fairness.priorityAgeing();
        notNegative(
                "fairness.bound",
                fairness.bound(),
                "must not be negative; for an order without exceptions set interlock.fairness.policy=strict");
        notNegative("fairness.priority-ageing", ageing, "must not be negative; 0 means that priorities do not count");
        refuse(
                ageing.compareTo(Duration.ofDays(1)) > 0,
                "fairness.priority-ageing",
                "would starve low priorities; use a day at the most");
    }

    private void checkLimits(InterlockProperties.Limits limits) {
        String noLimit = "choose a large number if there is to be no limit";
        atLeast(1, "limits.max-locks-per-owner", limits.maxLocksPerOwner(), noLimit);
        atLeast(1, "limits.max-queue", limits.maxQueue(), noLimit);
        atLeast(1, "limits.max-resource-length", limits.maxResourceLength(), noLimit);
    }

    private void checkStores(InterlockProperties properties) {
        InterlockProperties.Lease lease = properties.lease();
        positive("lease.duration", lease.duration());
        refuse(
                lease.duration().compareTo(Duration.ZERO) > 0
                        && lease.duration().toMillis() < 100,
                "lease.duration",
                "must be 100ms at least, and should be some seconds");
        refuse(
                lease.handOffs() < 1 || lease.handOffs() > 1000,
                "lease.hand-offs",
                "must be from 1 to 1000; other processes wait for so many");
        refuse(lease.term().toMillis() < 1, "lease.term", "must be 1ms at least");
        notNegative("lease.max-hold", properties.lease().maxHold(), "must not be negative; 0 means without end");
        refuse(
                !TABLE_PREFIX.matcher(properties.jdbc().tablePrefix()).matches(),
                "jdbc.table-prefix",
                "must begin with a letter, have letters, digits, '_' and '$' only, and may name a schema, such as LOCK_ or"
                        + " app.LOCK_");
        InterlockProperties.Retry retry = properties.retry();
        atLeast(1, "retry.max-attempts", retry.maxAttempts(), "1 means not to try again");
        notNegative("retry.delay", retry.delay(), NO_WAITING);
        refuse(!(retry.multiplier() >= 1), "retry.multiplier", "must be at least 1; 1 means waits of the same length");
        notNegative("retry.jitter", retry.jitter(), "must not be negative; 0 means no jitter");
        positive("cleanup.interval", properties.cleanup().interval());
    }

    private void checkResource(String type, InterlockProperties.Resource resource) {
        String field = "resources[" + type + "]";
        checkType(field, type);
        notNegative(field + ".timeout", resource.timeout(), NO_WAITING);
        positive(field + ".lease", resource.lease());
        refuse(
                resource.priority() < 1 || resource.priority() > 10,
                field + ".priority",
                "must be from 1 (lowest) to 10 (highest)");
        atLeast(0, field + ".stripes", resource.stripes(), "0 gives each key a lock of its own");
    }

    private void checkType(String field, String type) {
        refuse(
                type.isBlank() || type.indexOf(':') >= 0,
                field,
                "names '" + type
                        + "', which is not a type; a type is the part of a resource's name before its first ':'");
    }

    private void checkDistinct(List<String> hierarchy) {
        Set<String> seen = new HashSet<>();
        for (String type : hierarchy) {
            refuse(
                    !seen.add(type),
                    "ordering.hierarchy",
                    "names '" + type + "' twice; each type has one place in the order");
        }
    }

    private void notNegative(String field, @Nullable Duration value, String otherwise) {
        refuse(value != null && value.isNegative(), field, otherwise);
    }

    private void positive(String field, @Nullable Duration value) {
        refuse(
                value != null && (value.isNegative() || value.isZero()),
                field,
                "must be longer than zero, such as 30s or PT30S");
    }

    private void atLeast(int least, String field, int value, String hint) {
        refuse(value < least, field, "must be at least " + least + "; " + hint);
    }

    private void refuse(boolean wrong, String field, String message) {
        if (wrong) {
            problems.add(lookup.describe("interlock." + field) + " " + message);
        }
    }
}
