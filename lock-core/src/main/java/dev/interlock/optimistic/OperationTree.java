package dev.interlock.optimistic;

import java.util.List;

/**
 * An operation with the operations that are parts of it.
 *
 * @param operation the operation
 * @param children its parts, in the order in which they were asked for
 */
public record OperationTree(Operation operation, List<OperationTree> children) {

    /** Copies what could change. */
    public OperationTree {
        children = List.copyOf(children);
    }
}
