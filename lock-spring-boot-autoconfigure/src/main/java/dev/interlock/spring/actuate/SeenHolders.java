package dev.interlock.spring.actuate;

import dev.interlock.monitor.LockHolder;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Those from whom somebody wants to take a lock: whom he saw hold it. Others may have come since.
 *
 * @param tokens their fencing tokens
 * @param owners the owners of those that have none
 * @param anybody whether nobody was named
 */
record SeenHolders(Set<Long> tokens, Set<Long> owners, boolean anybody) {

    static final SeenHolders ANYBODY = new SeenHolders(Set.of(), Set.of(), true);

    /** As they are named in a request, with commas between. */
    static SeenHolders of(@Nullable String tokens, @Nullable String owners) {
        return new SeenHolders(numbers("token", tokens), numbers("owner", owners), tokens == null && owners == null);
    }

    private static Set<Long> numbers(String name, @Nullable String list) {
        try {
            return list == null
                    ? Set.of()
                    : Stream.of(list.split(",", -1))
                            .map(each -> Long.valueOf(each.strip()))
                            .collect(Collectors.toSet());
        } catch (NumberFormatException odd) {
            throw Refusal.badRequest(name + " is '" + list + "'; name numbers, with commas between");
        }
    }

    boolean include(LockHolder holder) {
        return anybody || (holder.fencingToken() == 0 ? isOwner(holder) : tokens.contains(holder.fencingToken()));
    }

    /** A hold that is only kept is nobody's, so that nobody can be mistaken about it. */
    private boolean isOwner(LockHolder holder) {
        return holder.ownerId() == 0 || owners.contains((long) holder.ownerId());
    }

    /** Refuses if others hold it now, for nobody meant to take it from them. */
    void check(String resource, List<LockHolder> holders) {
        List<LockHolder> others =
                holders.stream().filter(each -> !include(each)).toList();
        if (!others.isEmpty()) {
            throw Refusal.conflict("'" + resource + "' is held by others than were named: "
                    + others.stream().map(SeenHolders::name).collect(Collectors.joining(", "))
                    + ". Nothing was released; look again who holds it");
        }
    }

    private static String name(LockHolder holder) {
        String token = holder.fencingToken() == 0 ? "" : " with token " + holder.fencingToken();
        return "'" + holder.owner().name() + "' on " + holder.node() + token;
    }
}
