package dev.interlock.monitor;

import java.time.Instant;

/**
 * A node that shares locks with others.
 *
 * @param name what it is called
 * @param session its session with the store; empty for a node that has none
 * @param backend the kind of the store
 * @param since when its session began, by the store's clock
 * @param self whether it is the one that answers
 */
public record ClusterNode(String name, String session, String backend, Instant since, boolean self) {}
