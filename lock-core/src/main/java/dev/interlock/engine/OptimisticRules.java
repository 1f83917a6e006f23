package dev.interlock.engine;

import dev.interlock.optimistic.OperationKind;
import java.util.Map;

/**
 * How operations are tried.
 *
 * @param backOff how long they rest between two tries
 * @param kinds the kinds there are, by name
 * @param history how many of those that are over are remembered
 * @param maxStamps how many stamps are remembered in memory
 * @param patience how many operations in a row may be turned away from a resource for more important ones
 */
record OptimisticRules(BackOff backOff, Map<String, OperationKind> kinds, int history, int maxStamps, int patience) {}
