package dev.interlock.optimistic;

import java.util.List;
import java.util.Optional;

/** The operations of a manager: those that are under way, and the last of those that are over. */
public interface Operations {

    /** Those that are under way, the oldest first. */
    List<Operation> running();

    /** Those that are over, the latest first; as many as are remembered. */
    List<Operation> recent();

    /** One of either, by its id. */
    Optional<Operation> find(String id);

    /**
     * All of them with their parts, the latest first. One whose parent has been forgotten stands for itself, and where parts of parts are
     * more than a hundred levels deep, those below do.
     */
    List<OperationTree> trees();

    /** The operation that the calling thread works for; if that is over, the next above it that is not. */
    Optional<Operation> current();

    /** The same, to be handed on to another thread. */
    OperationContext context();

    /** The kinds there are, the most important first. */
    List<OperationKind> kinds();

    /** What became of them all. */
    OperationTotals totals();
}
