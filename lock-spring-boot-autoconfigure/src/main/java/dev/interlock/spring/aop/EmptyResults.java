package dev.interlock.spring.aop;

import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.CollectionFactory;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/** What a skipped call answers with: nothing, in the form of the method's result. */
final class EmptyResults {

    private static final Map<Class<?>, Supplier<Object>> EMPTY = Map.ofEntries(
            Map.entry(boolean.class, () -> false),
            Map.entry(byte.class, () -> (byte) 0),
            Map.entry(short.class, () -> (short) 0),
            Map.entry(int.class, () -> 0),
            Map.entry(long.class, () -> 0L),
            Map.entry(float.class, () -> 0f),
            Map.entry(double.class, () -> 0d),
            Map.entry(char.class, () -> (char) 0),
            Map.entry(Optional.class, Optional::empty),
            Map.entry(OptionalInt.class, OptionalInt::empty),
            Map.entry(OptionalLong.class, OptionalLong::empty),
            Map.entry(OptionalDouble.class, OptionalDouble::empty),
            Map.entry(Stream.class, Stream::empty),
            Map.entry(IntStream.class, IntStream::empty),
            Map.entry(LongStream.class, LongStream::empty),
            Map.entry(DoubleStream.class, DoubleStream::empty),
            Map.entry(Queue.class, ArrayDeque::new),
            Map.entry(Deque.class, ArrayDeque::new),
            Map.entry(Iterator.class, Collections::emptyIterator),
            Map.entry(Iterable.class, List::of));

    private EmptyResults() {}

    /** What makes empty results of this type; such results are new each time, so that nobody shares them. */
    static Supplier<@Nullable Object> of(ResolvableType type) {
        Class<?> raw = type.toClass();
        if (CompletionStage.class.isAssignableFrom(raw)) {
            Supplier<@Nullable Object> inner =
                    ofFuture(type.as(CompletionStage.class).getGeneric(0));
            return () -> (Object) CompletableFuture.completedFuture(inner.get());
        }
        Supplier<Object> known = EMPTY.get(raw);
        if (known != null) {
            return () -> known.get();
        }
        if (raw.isArray()) {
            return () -> Array.newInstance(raw.getComponentType(), 0);
        }
        return ofLibrary(raw);
    }

    private static Supplier<@Nullable Object> ofFuture(ResolvableType content) {
        return content.resolve() == null ? () -> null : of(content);
    }

    private static Supplier<@Nullable Object> ofLibrary(Class<?> raw) {
        if (CollectionFactory.isApproximableCollectionType(raw) && raw != EnumSet.class) {
            return () -> CollectionFactory.createCollection(raw, 0);
        }
        if (CollectionFactory.isApproximableMapType(raw) && raw != EnumMap.class) {
            return () -> CollectionFactory.createMap(raw, 0);
        }
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
        if (adapter != null && adapter.supportsEmpty()) {
            return adapter.getDescriptor()::getEmptyValue;
        }
        return () -> null;
    }
}
