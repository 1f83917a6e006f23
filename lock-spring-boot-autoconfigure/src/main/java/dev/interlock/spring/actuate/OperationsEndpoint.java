package dev.interlock.spring.actuate;

import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationTotals;
import dev.interlock.optimistic.OperationTree;
import dev.interlock.optimistic.Operations;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** What is changed without a lock: operations under way, and the last of those that are over. */
@Endpoint(id = "operations")
final class OperationsEndpoint {

    private static final int MOST = 100;

    private final Operations operations;
    private final String node;

    OperationsEndpoint(Operations operations, String node) {
        this.operations = operations;
        this.node = node;
    }

    /**
     * All operations, as trees, the latest first.
     *
     * @param node the node on which they are tried
     * @param totals what became of operations since the start
     * @param kinds the kinds there are, the most important first
     * @param underWay how many of those that are looked for are under way
     * @param running the trees in which something is under way
     * @param remembered how many of those that are looked for are over
     * @param recent the trees in which all is over
     */
    record Answer(
            String node,
            OperationTotals totals,
            List<OperationKind> kinds,
            long underWay,
            List<OperationDescriptor> running,
            long remembered,
            List<OperationDescriptor> recent) {}

    @ReadOperation
    Object operations(
            @Nullable String resource,
            @Nullable String type,
            @Nullable String kind,
            @Nullable String status,
            @Nullable String id,
            @Nullable Integer limit) {
        int most = Refusal.checkLimit("limit", limit, MOST);
        if (id == null) {
            return all(OperationFilter.of(resource, type, kind, status, operations.kinds()), most);
        }
        if (Stream.of(resource, type, kind, status).anyMatch(filter -> filter != null)) {
            throw Refusal.badRequest("id names one operation; leave resource, type, kind and status out");
        }
        return one(id, most);
    }

    private Answer all(OperationFilter filter, int most) {
        List<OperationTree> trees = operations.trees().stream()
                .filter(each -> all(each).anyMatch(filter::matches))
                .toList();
        Map<Boolean, List<OperationTree>> over = trees.stream()
                .collect(Collectors.partitioningBy(each -> all(each).allMatch(OperationsEndpoint::isOver)));
        Map<Boolean, Long> found = trees.stream()
                .flatMap(OperationsEndpoint::all)
                .filter(filter::matches)
                .collect(Collectors.partitioningBy(OperationsEndpoint::isOver, Collectors.counting()));
        return new Answer(
                node,
                operations.totals(),
                operations.kinds(),
                found.getOrDefault(false, 0L),
                new OperationGrove(most).describe(over.getOrDefault(false, List.of())),
                found.getOrDefault(true, 0L),
                new OperationGrove(most).describe(over.getOrDefault(true, List.of())));
    }

    private OperationDescriptor one(String id, int most) {
        OperationTree found = operations.trees().stream()
                .flatMap(each -> OperationGrove.flat(each).stream())
                .filter(each -> each.operation().id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound(
                        "there is no operation '" + id + "' under way, nor among the last of those that are over"));
        return new OperationGrove(most).describe(List.of(found)).get(0);
    }

    private static Stream<Operation> all(OperationTree tree) {
        return OperationGrove.flat(tree).stream().map(OperationTree::operation);
    }

    private static boolean isOver(Operation operation) {
        return operation.status().isOver();
    }
}
