package dev.interlock.spring.metrics;

import dev.interlock.monitor.LockStatistics;

/**
 * A type of resources that has meters of its own.
 *
 * @param name the type
 * @param backend where those of its resources live that are counted
 */
record MeteredType(String name, String backend) {

    static MeteredType of(LockStatistics statistics) {
        return new MeteredType(statistics.name(), statistics.backend());
    }
}
