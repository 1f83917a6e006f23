package dev.interlock.engine;

/** A session of this node, as the node sees it. */
final class NodeSession {

    final String id;
    private volatile long validUntil;
    private volatile boolean over;

    NodeSession(String id, long validUntil) {
        this.id = id;
        this.validUntil = validUntil;
    }

    /** Whether nobody can have been told yet that it has ended. */
    boolean isValid(long now) {
        return !over && validUntil - now > 0;
    }

    /** Until when it lives without another heartbeat, by the node's own clock, early rather than late. */
    long validUntil() {
        return validUntil;
    }

    void validUntil(long moment) {
        validUntil = moment;
    }

    /** It never comes back, even if the store should say otherwise. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    @Override
    public String toString() {
        return "session " + id;
    }
}
