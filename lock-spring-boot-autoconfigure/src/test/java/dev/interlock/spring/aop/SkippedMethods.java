package dev.interlock.spring.aop;

import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.WriteLock;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods of every kind of result that are skipped when their lock is not free at once. */
@WriteLock(value = "one", timeout = "0s", onTimeout = OnTimeout.SKIP)
@SuppressWarnings("NonApiType")
class SkippedMethods {

    private final AtomicBoolean run;

    SkippedMethods(AtomicBoolean run) {
        this.run = run;
    }

    private <T> T ran(T result) {
        run.set(true);
        return result;
    }

    public void nothing() {
        run.set(true);
    }

    public boolean truth() {
        return ran(true);
    }

    public byte aByte() {
        return ran((byte) 1);
    }

    public short aShort() {
        return ran((short) 1);
    }

    public int anInt() {
        return ran(1);
    }

    public long aLong() {
        return ran(1L);
    }

    public float aFloat() {
        return ran(1f);
    }

    public double aDouble() {
        return ran(1d);
    }

    public char aChar() {
        return ran('x');
    }

    public Integer boxed() {
        return ran(1);
    }

    public String text() {
        return ran("x");
    }

    public Optional<String> optional() {
        return ran(Optional.of("x"));
    }

    public OptionalInt optionalInt() {
        return ran(OptionalInt.of(1));
    }

    public OptionalLong optionalLong() {
        return ran(OptionalLong.of(1));
    }

    public OptionalDouble optionalDouble() {
        return ran(OptionalDouble.of(1));
    }

    public String[] array() {
        return ran(new String[] {"x"});
    }

    public int[] primitiveArray() {
        return ran(new int[] {1});
    }

    public long[][] twoDimensions() {
        return ran(new long[][] {{1}});
    }

    public List<String> list() {
        return ran(List.of("x"));
    }

    public Set<String> set() {
        return ran(Set.of("x"));
    }

    public SortedSet<String> sortedSet() {
        return ran(new TreeSet<>(Set.of("x")));
    }

    public Collection<String> collection() {
        return ran(List.of("x"));
    }

    public Iterable<String> iterable() {
        return ran(List.of("x"));
    }

    public Queue<String> queue() {
        return ran(new ArrayDeque<>(List.of("x")));
    }

    public Deque<String> deque() {
        return ran(new ArrayDeque<>(List.of("x")));
    }

    public Iterator<String> iterator() {
        return ran(List.of("x").iterator());
    }

    public ArrayList<String> arrayList() {
        return ran(new ArrayList<>(List.of("x")));
    }

    public Map<String, String> map() {
        return ran(Map.of("x", "x"));
    }

    public TreeMap<String, String> treeMap() {
        return ran(new TreeMap<>(Map.of("x", "x")));
    }

    public Stream<String> stream() {
        return ran(Stream.of("x"));
    }

    public IntStream intStream() {
        return ran(IntStream.of(1));
    }

    public LongStream longStream() {
        return ran(LongStream.of(1));
    }

    public DoubleStream doubleStream() {
        return ran(DoubleStream.of(1));
    }

    public CompletableFuture<String> future() {
        return ran(CompletableFuture.completedFuture("x"));
    }

    public CompletableFuture<Optional<String>> futureOptional() {
        return ran(CompletableFuture.completedFuture(Optional.of("x")));
    }

    public CompletableFuture<List<String>> futureList() {
        return ran(CompletableFuture.completedFuture(List.of("x")));
    }

    public CompletionStage<Void> stage() {
        return ran(CompletableFuture.completedFuture(null));
    }

    public Mono<String> mono() {
        return ran(Mono.just("x"));
    }

    public Flux<String> flux() {
        return ran(Flux.just("x"));
    }

    public Maybe<String> maybe() {
        return ran(Maybe.just("x"));
    }

    public Completable completable() {
        return ran(Completable.complete());
    }

    public Flowable<String> flowable() {
        return ran(Flowable.just("x"));
    }

    public Observable<String> observable() {
        return ran(Observable.just("x"));
    }
}
