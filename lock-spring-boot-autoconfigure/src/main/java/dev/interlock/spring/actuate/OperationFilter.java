package dev.interlock.spring.actuate;

import dev.interlock.ResourceNames;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which operations are looked for; null for any.
 *
 * @param resource those that change this resource
 * @param type those that change a resource of this type
 * @param kind those of the kind of this name
 * @param status those that have come so far
 */
record OperationFilter(
        @Nullable String resource,
        @Nullable String type,
        @Nullable String kind,
        @Nullable OperationStatus status) {

    static OperationFilter of(
            @Nullable String resource,
            @Nullable String type,
            @Nullable String kind,
            @Nullable String status,
            List<OperationKind> kinds) {
        return new OperationFilter(
                resource == null ? null : Refusal.checkResource(resource),
                type,
                kind == null ? null : kindNamed(kind, kinds),
                status == null ? null : statusNamed(status));
    }

    private static String kindNamed(String name, List<OperationKind> kinds) {
        return kinds.stream()
                .map(OperationKind::name)
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> Refusal.badRequest("'" + name + "' is not a kind of operation; use one of "
                        + kinds.stream().map(OperationKind::name).collect(Collectors.joining(", "))));
    }

    private static OperationStatus statusNamed(String name) {
        return Arrays.stream(OperationStatus.values())
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> Refusal.badRequest("'" + name + "' is not a status of operations; use one of "
                        + Arrays.stream(OperationStatus.values())
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    boolean matches(Operation operation) {
        return (resource == null || resource.equals(operation.resource()))
                && (type == null || type.equals(ResourceNames.typeOf(operation.resource())))
                && (kind == null || kind.equals(operation.kind().name()))
                && (status == null || status == operation.status());
    }
}
