package dev.interlock.monitor;

import dev.interlock.deadlock.DeadlockReport;

/**
 * A deadlock that some node has found.
 *
 * @param foundBy the node that found it, and told of it
 * @param standing whether its requests wait still, as far as that node knows
 * @param report the story; its number is that of the node, and stack traces are known of this node alone
 */
public record ClusterDeadlock(String foundBy, boolean standing, DeadlockReport report) {}
