package dev.interlock.engine;

/**
 * A lease that this node has, as far as its own holders need to know it.
 *
 * @param session the session in which it was taken
 * @param write whether it is exclusive
 * @param lastToken the last token that may be given out under it
 * @param termEnds until when it serves newcomers without another look at the store, by the clock of sessions
 * @param until when it ends although the session lives, by the engine's clock; {@link #OPEN} if it does not
 */
record Grant(NodeSession session, boolean write, long lastToken, long termEnds, long until) {

    /** No end of its own. */
    static final long OPEN = Long.MIN_VALUE;

    /**
     * Whether a hold that is to end at this time by itself may have it; it ends with the lease at the latest.
     *
     * @param least how long it must last; beyond that half of its time will do, for a store may be slow
     */
    boolean covers(long end, long now, long least) {
        if (until == OPEN || end == OPEN) {
            return until == OPEN;
        }
        return until - now >= Math.max(least, (end - now) / 2);
    }

    Grant coveringUntil(long end) {
        return new Grant(session, write, lastToken, termEnds, end);
    }

    Grant shared() {
        return new Grant(session, false, lastToken, termEnds, until);
    }
}
