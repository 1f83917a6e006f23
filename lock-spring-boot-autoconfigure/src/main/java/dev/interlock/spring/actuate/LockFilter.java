package dev.interlock.spring.actuate;

import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for besides what the lock manager can look for itself.
 *
 * @param text part of a resource, owner, method or reason, in upper or lower case; null for any
 * @param node those that somebody of this node holds or waits for; null for any
 */
record LockFilter(@Nullable String text, @Nullable String node) {

    /** All that the manager finds are described then, and only so many of them are answered. */
    LockSearch.Result search(LockSearch wanted, Function<LockSearch, LockSearch.Result> manager) {
        if (text == null && node == null) {
            return manager.apply(wanted);
        }
        LockSearch unlimited =
                new LockSearch(wanted.type(), wanted.owner(), wanted.held(), wanted.contended(), Integer.MAX_VALUE);
        List<LockStatus> found =
                manager.apply(unlimited).first().stream().filter(this::matches).toList();
        return LockSearch.Result.of(found, wanted.limit());
    }

    private boolean matches(LockStatus lock) {
        return (node == null || nodes(lock).anyMatch(node::equals))
                && (text == null || words(lock).anyMatch(this::says));
    }

    private boolean says(String word) {
        return word.toLowerCase(Locale.ROOT).contains(String.valueOf(text).toLowerCase(Locale.ROOT));
    }

    private static Stream<String> nodes(LockStatus lock) {
        return Stream.concat(
                lock.holders().stream().map(LockHolder::node),
                lock.waiters().stream().map(LockWaiter::node));
    }

    private static Stream<String> words(LockStatus lock) {
        Stream<@Nullable String> holders = lock.holders().stream()
                .flatMap(each -> Stream.of(each.owner().name(), each.method().orElse(null), each.reason()));
        Stream<@Nullable String> waiters = lock.waiters().stream()
                .flatMap(each -> Stream.of(each.owner().name(), each.method().orElse(null), each.reason()));
        return Stream.concat(
                Stream.of(lock.resource()), Stream.concat(holders, waiters).filter(Objects::nonNull));
    }
}
