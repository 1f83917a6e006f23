package dev.interlock.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a hold has ended.
 *
 * @param how the way it ended
 * @param who took it away, if somebody did
 * @param why it was taken away, if somebody did
 */
record Ended(How how, @Nullable String who, @Nullable String why) {

    /** The ways in which a hold ends. */
    enum How {
        RELEASED,
        DOWNGRADED,
        EXPIRED,
        FORCED
    }

    static final Ended RELEASED = new Ended(How.RELEASED, null, null);
    static final Ended DOWNGRADED = new Ended(How.DOWNGRADED, null, null);
    static final Ended EXPIRED = new Ended(How.EXPIRED, null, null);

    static Ended forced(String who, String why) {
        return new Ended(How.FORCED, who, why);
    }

    boolean lost() {
        return how == How.EXPIRED || how == How.FORCED;
    }

    String describe() {
        return switch (how) {
            case RELEASED -> "it was closed";
            case DOWNGRADED -> "it was downgraded, and the handle of the shared hold took its place";
            case EXPIRED -> "its lease ran out; ask for a longer lease, or extend it while the work goes on";
            case FORCED -> "'" + who + "' took it away: " + why;
        };
    }
}
