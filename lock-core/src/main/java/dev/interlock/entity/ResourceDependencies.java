package dev.interlock.entity;

import dev.interlock.CyclicDependencyException;
import dev.interlock.LockLimitException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;

/**
 * What depends on what, among resources. A request that {@linkplain dev.interlock.LockRequest#checkDependencies() asks for it}
 * is refused while somebody writes what its resource depends on.
 *
 * <pre>{@code
 * locks.dependencies().declare("invoice:7", "order:1");
 * locks.dependencies().declare("order:1", "customer:42", "product:9");
 * locks.dependencies().transitive("invoice:7");       // order:1, customer:42, product:9
 * locks.dependencies().declare("customer:42", "invoice:7");    // refused: a circle
 * }</pre>
 *
 * <p>Resources are named as for locks, and compared exactly; that a resource is named here locks nothing. Declarations are this
 * manager's own: they are kept in memory until they are removed, and other nodes know nothing of them. So that keys that come and
 * go do not fill it, remove those that have gone with {@link #removeAll}; there is a limit to how many are kept.
 *
 * <p>Thread-safe. Each call sees, and leaves, a graph without circles, however many threads declare at once; what is answered is
 * what was declared at one moment, and changes no more.
 */
public interface ResourceDependencies {

    /**
     * Declares that the resource depends on these: on all of them, or on none if one must be refused. What is declared already
     * stays as it is.
     *
     * @throws CyclicDependencyException if one of them is the resource itself, or depends on it already; with the path
     * @throws LockLimitException if there are too many dependencies, or a name is too long
     * @throws IllegalArgumentException if a name is blank
     */
    void declare(String resource, Collection<String> on);

    /** The same. */
    default void declare(String resource, String... on) {
        declare(resource, Arrays.asList(on));
    }

    /** Takes back that the resource depends on these; answers how many of them had been declared. */
    int remove(String resource, Collection<String> on);

    /** The same. */
    default int remove(String resource, String... on) {
        return remove(resource, Arrays.asList(on));
    }

    /**
     * Forgets the resource: what it depends on, and that others depend on it.
     *
     * @return how many dependencies that were
     */
    int removeAll(String resource);

    /** What the resource was declared to depend on, in the order of declaration. */
    Set<String> direct(String resource);

    /** What the resource depends on, directly or by way of others, the nearest first. */
    Set<String> transitive(String resource);

    /** What was declared to depend on the resource, in the order of declaration. */
    Set<String> dependents(String resource);

    /** What depends on the resource, directly or by way of others, the nearest first. */
    Set<String> transitiveDependents(String resource);

    /** How many dependencies are declared. */
    int size();
}
