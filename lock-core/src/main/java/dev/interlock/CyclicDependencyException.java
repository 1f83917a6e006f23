package dev.interlock;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A dependency was not declared, because with it a resource would depend on itself. The message shows the way round. */
public class CyclicDependencyException extends LockException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<String> path;

    /**
     * The refusal of a dependency.
     *
     * @param path the circle: from the resource by way of what it was to depend on back to itself, which is first and last
     */
    public CyclicDependencyException(String message, List<String> path) {
        super(message);
        this.path = List.copyOf(path);
    }

    /** The circle: the resource, what it was to depend on, what that depends on, … and the resource; empty after deserialization. */
    public List<String> path() {
        return path == null ? List.of() : path;
    }

    /** The resource that was to depend on something. */
    @Override
    public Optional<String> resource() {
        return path().stream().findFirst();
    }
}
