package dev.interlock.engine;

import java.util.concurrent.atomic.AtomicLong;

/** A session of this node, as the node sees it. */
final class NodeSession {

    final String id;
    private final AtomicLong validUntil;
    private volatile boolean over;

    NodeSession(String id, long validUntil) {
        this.id = id;
        this.validUntil = new AtomicLong(validUntil);
    }

    /** Whether nobody can have been told yet that it has ended. */
    boolean isValid(long now) {
        return !over && validUntil.get() - now > 0;
    }

    /** Until when it lives without another heartbeat, by the node's own clock, early rather than late. */
    long validUntil() {
        return validUntil.get();
    }

    /** Never back: answers to heartbeats may come in another order than they were asked for. */
    void validUntil(long moment) {
        validUntil.accumulateAndGet(moment, (one, other) -> other - one > 0 ? other : one);
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
