package dev.interlock.engine;

import java.util.random.RandomGenerator;

/**
 * How long an operation rests before it is tried again; durations in nanoseconds.
 *
 * @param first before the first retry
 * @param multiplier how much longer before each further one
 * @param most how long at the most
 * @param jitter by which part of it, at the most, it is shorter by chance, so that those who met do not meet again
 */
record BackOff(long first, double multiplier, long most, double jitter) {

    /** Before this retry; the first one is number one. */
    long before(int retry, RandomGenerator chance) {
        double full = Math.min((double) most, first * Math.pow(multiplier, retry - 1.0));
        return (long) (full * (1 - jitter * chance.nextDouble()));
    }
}
