package dev.interlock.sample.stock;

import java.util.Map;

/**
 * What became of an order.
 *
 * @param done whether everything was reserved
 * @param why if not, why not
 * @param left how many are left of what was asked for
 */
public record Reservation(boolean done, String why, Map<String, Integer> left) {}
