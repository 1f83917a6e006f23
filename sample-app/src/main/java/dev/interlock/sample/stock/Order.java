package dev.interlock.sample.stock;

import java.util.List;

/** What a customer wants. */
public record Order(List<Line> lines) {

    /** So many of these. */
    public record Line(String sku, int quantity) {}
}
