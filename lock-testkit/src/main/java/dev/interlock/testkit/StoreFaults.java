package dev.interlock.testkit;

import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between one manager and its store, and how often the manager asks it for what.
 *
 * <pre>{@code
 * StoreFaults faults = new StoreFaults();
 * LockManager locks = InterlockManager.builder().store(faults.around(space.connect())).build();
 * faults.always(StoreFault.HANGING);
 * …
 * faults.heal();
 * }</pre>
 *
 * <p>Works with any store: what is put around it can do what the store itself can.
 */
public final class StoreFaults {

    private final List<Rule> rules = new ArrayList<>();
    private final Map<StoreCall, LongAdder> calls = new ConcurrentHashMap<>();
    private final LongAdder guessed = new LongAdder();
    private int hanging;
    private volatile boolean silent;

    /** A fault of these calls, so many times. */
    private static final class Rule {
        final StoreFault fault;
        final Set<StoreCall> of;
        long times;

        Rule(StoreFault fault, Set<StoreCall> of, long times) {
            this.fault = fault;
            this.of = of;
            this.times = times;
        }
    }

    /** No faults. */
    public StoreFaults() {}

    /** The same store, whose calls go wrong as is said here. */
    public LockStore around(LockStore store) {
        List<Class<?>> abilities = new ArrayList<>(List.of(LockStore.class));
        for (Class<?> each : List.of(ScannableStore.class, ChangeFeed.class, StampStore.class)) {
            if (each.isInstance(store)) {
                abilities.add(each);
            }
        }
        return (LockStore) Proxy.newProxyInstance(
                LockStore.class.getClassLoader(),
                abilities.toArray(Class<?>[]::new),
                (proxy, method, arguments) -> called(store, method, arguments));
    }

    /** From now on all of these calls go wrong, or all calls if none are named. */
    public void always(StoreFault fault, StoreCall... of) {
        next(Long.MAX_VALUE, fault, of);
    }

    /** So many of the next of these calls go wrong, or of all calls if none are named. */
    public synchronized void next(long times, StoreFault fault, StoreCall... of) {
        Set<StoreCall> named = EnumSet.noneOf(StoreCall.class);
        named.addAll(Arrays.asList(of.length == 0 ? StoreCall.values() : of));
        rules.add(new Rule(fault, named, times));
    }

    /** From now on nothing goes wrong, and the calls that hang go on. */
    public synchronized void heal() {
        rules.clear();
        silent = false;
        notifyAll();
    }

    /** From now on no hint of a {@link ChangeFeed} arrives. */
    public void silence() {
        silent = true;
    }

    /** How many calls hang. */
    public synchronized int hanging() {
        return hanging;
    }

    /** How many of these calls there were, whatever came of them; of all calls if none are named. */
    public long calls(StoreCall... of) {
        return Arrays.stream(of.length == 0 ? StoreCall.values() : of)
                .map(calls::get)
                .mapToLong(counted -> counted == null ? 0 : counted.sum())
                .sum();
    }

    /** How many updates went by the guess alone, which a database does by one statement. */
    public long guessed() {
        return guessed.sum();
    }

    // --- calls -----------------------------------------------------------------------------------------------------

    private @Nullable Object called(LockStore store, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (arguments != null
                && store instanceof ChangeFeed feed
                && method.getName().equals("subscribe")) {
            return subscribed(feed, arguments);
        }
        Optional<StoreCall> call = StoreCall.of(method.getName());
        return arguments == null || call.isEmpty()
                ? invoke(store, method, arguments)
                : faulty(call.get(), store, method, arguments);
    }

    private @Nullable Object faulty(StoreCall call, LockStore store, Method method, @Nullable Object[] arguments)
            throws Throwable {
        calls.computeIfAbsent(call, unused -> new LongAdder()).increment();
        StoreFault fault = before(call, (Duration) Objects.requireNonNull(arguments[arguments.length - 1]));
        Object answer = invoke(store, method, arguments);
        if (fault == StoreFault.REPLY_LOST) {
            throw StoreException.passing("a test lost the answer to " + call, null);
        }
        if (answer instanceof Updated<?> updated && updated.now() == null) {
            guessed.increment();
        }
        return answer;
    }

    private static @Nullable Object invoke(LockStore store, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    @SuppressWarnings("unchecked")
    private AutoCloseable subscribed(ChangeFeed feed, @Nullable Object[] arguments) {
        Consumer<RecordKey> hint = (Consumer<RecordKey>) Objects.requireNonNull(arguments[1]);
        return feed.subscribe((String) Objects.requireNonNull(arguments[0]), key -> {
            if (!silent) {
                hint.accept(key);
            }
        });
    }

    private @Nullable StoreFault before(StoreCall call, Duration patience) {
        Rule rule = rule(call);
        if (rule == null) {
            return null;
        }
        switch (rule.fault) {
            case REFUSED -> throw StoreException.passing("a test refused " + call, null);
            case BROKEN -> throw StoreException.lasting("a test broke " + call + ": heal() mends it", null);
            case HANGING -> hang(rule, call, patience);
            case REPLY_LOST -> {}
        }
        return rule.fault;
    }

    private synchronized @Nullable Rule rule(StoreCall call) {
        for (Rule each : rules) {
            if (each.times > 0 && each.of.contains(call)) {
                each.times--;
                return each;
            }
        }
        return null;
    }

    /** As deaf to interrupts as a socket. */
    private synchronized void hang(Rule rule, StoreCall call, Duration patience) {
        long begin = System.nanoTime();
        boolean interrupted = false;
        hanging++;
        try {
            while (rules.contains(rule)) {
                long left = TimeUnit.NANOSECONDS.convert(patience) - (System.nanoTime() - begin);
                if (left <= 0) {
                    throw StoreException.passing("a test let " + call + " hang for " + patience, null);
                }
                interrupted |= waited(left);
            }
        } finally {
            hanging--;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean waited(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
            return false;
        } catch (InterruptedException interrupt) {
            return true;
        }
    }
}
