package dev.interlock.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a hold has ended. */
final class Ended {

    /** The ways in which a hold ends. */
    enum How {
        RELEASED,
        DOWNGRADED,
        EXPIRED,
        FORCED,
        LOST
    }

    static final Ended RELEASED = new Ended(How.RELEASED, null, null);
    /** The time for which it was kept is over. */
    static final Ended LET_GO = new Ended(How.RELEASED, null, null);

    static final Ended DOWNGRADED = new Ended(How.DOWNGRADED, null, null);
    static final Ended EXPIRED = new Ended(How.EXPIRED, null, null);
    static final Ended LOST = new Ended(How.LOST, null, null);

    private final How how;
    private final @Nullable String who;
    private final @Nullable String why;

    private Ended(How how, @Nullable String who, @Nullable String why) {
        this.how = how;
        this.who = who;
        this.why = why;
    }

    static Ended forced(String who, String why) {
        return new Ended(How.FORCED, who, why);
    }

    How how() {
        return how;
    }

    /** Who took it away; empty if nobody did. */
    String who() {
        return Objects.requireNonNullElse(who, "");
    }

    /** Why it was taken away; empty if nobody did. */
    String why() {
        return Objects.requireNonNullElse(why, "");
    }

    boolean lost() {
        return how == How.EXPIRED || how == How.FORCED || how == How.LOST;
    }

    String describe() {
        return switch (how) {
            case RELEASED -> "it was closed";
            case DOWNGRADED -> "it was downgraded, and the handle of the shared hold took its place";
            case EXPIRED -> "its lease ran out; ask for a longer lease, or extend it while the work goes on";
            case LOST ->
                "this node lost its session with the store, which heard nothing of it for too long; others may hold the"
                        + " resource since";
            case FORCED -> "'" + who + "' took it away: " + why;
        };
    }
}
