package dev.interlock.store.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Many values for statements with lists in them. */
final class Chunks {

    /** As many values as one statement takes. */
    static final int MOST = 256;

    private Chunks() {}

    /**
     * The values in turn, and the last one repeated until the count is a power of two: so there are few different statements, and
     * they stay prepared.
     */
    static List<Object[]> of(Collection<? extends Object> values) {
        List<Object> all = new ArrayList<>(values);
        List<Object[]> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MOST) {
            chunks.add(padded(all.subList(from, Math.min(all.size(), from + MOST))));
        }
        return chunks;
    }

    private static Object[] padded(List<Object> values) {
        int size = Integer.highestOneBit(values.size() * 2 - 1);
        Object[] padded = values.toArray(new Object[size]);
        java.util.Arrays.fill(padded, values.size(), size, values.get(values.size() - 1));
        return padded;
    }

    /** The chunk and a value after it. */
    static Object[] and(Object[] chunk, Object last) {
        Object[] more = java.util.Arrays.copyOf(chunk, chunk.length + 1);
        more[chunk.length] = last;
        return more;
    }
}
