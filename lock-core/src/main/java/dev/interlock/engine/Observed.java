package dev.interlock.engine;

/**
 * What has been seen of a type in one mode.
 *
 * @param waits how long granted requests waited, most of them not at all
 * @param givenUp how long those waited that timed out
 * @param holds how long holds lasted
 * @param obstacles how long holds lasted that such requests wait for
 */
record Observed(Spread waits, Spread givenUp, Spread holds, Spread obstacles) {

    static final Observed NOTHING = new Observed(Spread.NONE, Spread.NONE, Spread.NONE, Spread.NONE);

    double requests() {
        return waits.total + givenUp.total;
    }

    /** The longest anybody waited, with or without success. */
    long longestWait() {
        return Math.max(waits.longest, givenUp.longest);
    }

    Observed plus(Observed other) {
        return new Observed(
                waits.plus(other.waits),
                givenUp.plus(other.givenUp),
                holds.plus(other.holds),
                obstacles.plus(other.obstacles));
    }

    Observed since(Observed before) {
        return new Observed(
                waits.since(before.waits),
                givenUp.since(before.givenUp),
                holds.since(before.holds),
                obstacles.since(before.obstacles));
    }

    Observed halved() {
        return new Observed(waits.halved(), givenUp.halved(), holds.halved(), obstacles.halved());
    }
}
