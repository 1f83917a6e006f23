package dev.interlock.engine;

import dev.interlock.CyclicDependencyException;
import dev.interlock.LockLimitException;
import dev.interlock.entity.ResourceDependencies;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What depends on what, each dependency noted at both of its ends.
 *
 * <p><b>Circles.</b> That x is to depend on y closes a circle if y depends on x already. This is looked for from both ends in turn,
 * one dependency at a time: from y along what it depends on, and from x along what depends on it. It is decided when the two meet, or
 * when one of them has no way on. So a declaration costs no more than twice the smaller of the two sides: next to nothing
 * where a chain is built from either of its ends, or where many things depend on one.
 */
final class DependencyGraph implements ResourceDependencies {

    /** Of a resource that depends on few, as most do. */
    private static final int FEW = 2;

    private final int most;
    private final int longest;
    private final Map<String, Set<String>> direct = new HashMap<>();
    private final Map<String, Set<String>> dependents = new HashMap<>();
    private final Lock reading;
    private final Lock writing;
    private volatile int size;

    /**
     * A graph without dependencies.
     *
     * @param most how many it takes
     * @param longest how long the name of a resource may be
     */
    DependencyGraph(int most, int longest) {
        this.most = most;
        this.longest = longest;
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        this.reading = lock.readLock();
        this.writing = lock.writeLock();
    }

    // --- declaring -------------------------------------------------------------------------------------------------

    @Override
    public void declare(String resource, Collection<String> on) {
        check(resource);
        Set<String> wanted = copyOf(resource, on);
        wanted.forEach(this::check);
        changing(() -> {
            wanted.removeAll(direct.getOrDefault(resource, Set.of()));
            checkRoom(resource, wanted.size());
            List<String> circle = circle(resource, wanted);
            if (!circle.isEmpty()) {
                throw new CyclicDependencyException(said(circle), circle);
            }
            wanted.forEach(each -> add(resource, each));
            return wanted.size();
        });
    }

    private static Set<String> copyOf(String resource, Collection<String> on) {
        Objects.requireNonNull(on, () -> "what '" + resource + "' depends on is null");
        return new LinkedHashSet<>(on);
    }

    private void check(String resource) {
        Checks.name(Objects.requireNonNull(resource, "the resource name is null"));
        if (resource.length() > longest) {
            throw new LockLimitException(Texts.tooLong(resource, longest), null, null);
        }
    }

    private void checkRoom(String resource, int more) {
        if (more > most - size) {
            throw new LockLimitException(
                    "'" + resource + "' was to depend on " + more + " more resources, but " + size
                            + " dependencies are declared already, and " + most
                            + " are allowed; removeAll(…) those of resources that are gone, or raise maxDependencies",
                    null,
                    null);
        }
    }

    private void add(String resource, String on) {
        direct.computeIfAbsent(resource, made -> new LinkedHashSet<>(FEW)).add(on);
        dependents.computeIfAbsent(on, made -> new LinkedHashSet<>(FEW)).add(resource);
    }

    @Override
    public int remove(String resource, Collection<String> on) {
        Objects.requireNonNull(resource, "the resource name is null");
        Set<String> unwanted = copyOf(resource, on);
        return -changing(() -> {
            unwanted.retainAll(direct.getOrDefault(resource, Set.of()));
            unwanted.forEach(each -> cut(resource, each));
            return -unwanted.size();
        });
    }

    @Override
    public int removeAll(String resource) {
        Objects.requireNonNull(resource, "the resource name is null");
        return -changing(() -> {
            List<String> on = List.copyOf(direct.getOrDefault(resource, Set.of()));
            List<String> by = List.copyOf(dependents.getOrDefault(resource, Set.of()));
            on.forEach(each -> cut(resource, each));
            by.forEach(each -> cut(each, resource));
            return -on.size() - by.size();
        });
    }

    private void cut(String resource, String on) {
        remove(direct, resource, on);
        remove(dependents, on, resource);
    }

    private static void remove(Map<String, Set<String>> from, String key, String value) {
        from.computeIfPresent(key, (same, values) -> values.remove(value) && values.isEmpty() ? null : values);
    }

    /** A change, which answers by how many dependencies there are more. */
    private interface Change {
        int apply();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    private int changing(Change change) {
        writing.lock();
        try {
            int more = change.apply();
            size += more;
            return more;
        } finally {
            writing.unlock();
        }
    }

    // --- circles ---------------------------------------------------------------------------------------------------

    /** The circle that these would close, if they would: from the resource back to itself. */
    private List<String> circle(String resource, Set<String> on) {
        if (on.contains(resource)) {
            return List.of(resource, resource);
        }
        Side down = new Side(direct, on);
        Side up = new Side(dependents, Set.of(resource));
        while (down.goesOn() && up.goesOn()) {
            String reached = down.step();
            if (up.knows(reached)) {
                return circle(resource, down.wayTo(reached), up.wayTo(reached));
            }
            reached = up.step();
            if (down.knows(reached)) {
                return circle(resource, down.wayTo(reached), up.wayTo(reached));
            }
        }
        return List.of();
    }

    /** Down to where the two met, and on from there as the other came up. */
    private static List<String> circle(String resource, List<String> down, List<String> up) {
        List<String> path = new ArrayList<>(down.size() + up.size());
        path.add(resource);
        path.addAll(down);
        Collections.reverse(up);
        path.addAll(up.subList(1, up.size()));
        return path;
    }

    /** A search from one end. */
    private static final class Side {

        private final Map<String, Set<String>> edges;
        /** By way of what each resource was reached; those where it began by way of themselves. */
        private final Map<String, String> from = new HashMap<>();

        private final Queue<String> ahead = new ArrayDeque<>();
        private Iterator<String> around = Collections.emptyIterator();
        private String at = "";

        Side(Map<String, Set<String>> edges, Set<String> begin) {
            this.edges = edges;
            begin.forEach(each -> reach(each, each));
        }

        private void reach(String resource, String by) {
            if (from.putIfAbsent(resource, by) == null) {
                ahead.add(resource);
            }
        }

        boolean goesOn() {
            while (!around.hasNext()) {
                String next = ahead.poll();
                if (next == null) {
                    return false;
                }
                at = next;
                around = edges.getOrDefault(next, Set.of()).iterator();
            }
            return true;
        }

        /** Along one dependency. */
        String step() {
            String next = around.next();
            reach(next, at);
            return next;
        }

        boolean knows(String resource) {
            return from.containsKey(resource);
        }

        /** From where it began, that included, to this one. */
        List<String> wayTo(String resource) {
            List<String> way = new ArrayList<>();
            String each = resource;
            String before = from.get(each);
            while (before != null && !before.equals(each)) {
                way.add(each);
                each = before;
                before = from.get(each);
            }
            way.add(each);
            Collections.reverse(way);
            return way;
        }
    }

    private static String said(List<String> circle) {
        return "'" + circle.get(0) + "' cannot depend on '" + circle.get(1) + "', because that would be a circle: "
                + Texts.path(circle) + ". Nothing was declared. Remove a dependency on the way, or do without this one";
    }

    // --- looking ---------------------------------------------------------------------------------------------------

    @Override
    public Set<String> direct(String resource) {
        return looking(() -> nextTo(direct, resource));
    }

    @Override
    public Set<String> dependents(String resource) {
        return looking(() -> nextTo(dependents, resource));
    }

    private static Set<String> nextTo(Map<String, Set<String>> edges, String resource) {
        Objects.requireNonNull(resource, "the resource name is null");
        return Collections.unmodifiableSet(new LinkedHashSet<>(edges.getOrDefault(resource, Set.of())));
    }

    @Override
    public Set<String> transitive(String resource) {
        return looking(() -> reachable(direct, resource));
    }

    @Override
    public Set<String> transitiveDependents(String resource) {
        return looking(() -> reachable(dependents, resource));
    }

    private static Set<String> reachable(Map<String, Set<String>> edges, String resource) {
        Set<String> found = new LinkedHashSet<>(nextTo(edges, resource));
        Queue<String> ahead = new ArrayDeque<>(found);
        for (String next = ahead.poll(); next != null; next = ahead.poll()) {
            for (String each : edges.getOrDefault(next, Set.of())) {
                if (found.add(each)) {
                    ahead.add(each);
                }
            }
        }
        return Collections.unmodifiableSet(found);
    }

    private interface Look<T> {
        T apply();
    }

    private <T> T looking(Look<T> look) {
        reading.lock();
        try {
            return look.apply();
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String toString() {
        return size + " dependencies between resources";
    }
}
