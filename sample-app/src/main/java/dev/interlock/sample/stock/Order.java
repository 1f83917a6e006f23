package dev.interlock.sample.stock;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a customer wants: at least one line. */
public record Order(List<Line> lines) {

    private static final int MOST = 1_000;

    /** An order of these lines. */
    public Order(@Nullable List<Line> lines) {
        if (lines == null || lines.isEmpty() || lines.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("the order has no lines; name at least one sku and its quantity");
        }
        this.lines = List.copyOf(lines);
    }

    /** How many are wanted of each, also where several lines want the same. */
    Map<String, Integer> wanted() {
        Map<String, Integer> wanted = new TreeMap<>();
        lines.forEach(line -> wanted.merge(line.sku(), line.quantity(), Integer::sum));
        return wanted;
    }

    /** So many of these. */
    public record Line(String sku, int quantity) {

        /** A line that can be served. */
        public Line(@Nullable String sku, int quantity) {
            if (sku == null || sku.isBlank()) {
                throw new IllegalArgumentException("a line names no sku; say what is wanted");
            }
            if (quantity < 1 || quantity > MOST) {
                throw new IllegalArgumentException(
                        "the quantity of " + sku + " is " + quantity + "; order 1 to " + MOST);
            }
            this.sku = sku;
            this.quantity = quantity;
        }
    }
}
