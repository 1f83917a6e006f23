package dev.interlock.testkit.history;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What contenders wrote down. Thread-safe; each contender adds what it knows when it knows it. */
public final class History {

    private record Grant(String resource, long token) {}

    private final Queue<HoldRecord> holds = new ConcurrentLinkedQueue<>();
    private final Queue<Claim> claims = new ConcurrentLinkedQueue<>();
    private final Queue<Wait> waits = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final Map<Grant, Long> losses = new ConcurrentHashMap<>();

    /** Begins empty. */
    public History() {}

    /** Somebody asks for a lock: what comes of it must be {@linkplain #ended added} later. */
    public void requested() {
        requests.incrementAndGet();
    }

    /** A request has been answered. */
    public void ended(Wait wait) {
        waits.add(wait);
    }

    /** A hold is over. */
    public void held(HoldRecord hold) {
        holds.add(hold);
    }

    /** A holder has asked for its hold. */
    public void claimed(Claim claim) {
        claims.add(claim);
    }

    /** The hold with this token was taken away, not before this time. */
    public void lost(String resource, long token, long notBefore) {
        losses.merge(new Grant(resource, token), notBefore, Math::min);
    }

    /** Adds what others wrote down, in another process perhaps. */
    public void add(History other) {
        holds.addAll(other.holds);
        claims.addAll(other.claims);
        waits.addAll(other.waits);
        requests.addAndGet(other.requests.get());
        other.losses.forEach((grant, time) -> losses.merge(grant, time, Math::min));
    }

    /** All holds that are over; those taken away end at the latest when that began. */
    public List<HoldRecord> holds() {
        return holds.stream().map(this::asLost).toList();
    }

    private HoldRecord asLost(HoldRecord hold) {
        Long lost = losses.get(new Grant(hold.resource(), hold.token()));
        return lost == null ? hold : hold.lostAt(lost);
    }

    /** All claims. */
    public List<Claim> claims() {
        return List.copyOf(claims);
    }

    /** All answers. */
    public List<Wait> waits() {
        return List.copyOf(waits);
    }

    /** How many requests have not been answered. */
    public long unanswered() {
        return requests.get() - waits.size();
    }

    @Override
    public String toString() {
        return holds.size() + " holds, " + waits.size() + " answers to " + requests + " requests, " + claims.size()
                + " claims, " + losses.size() + " holds taken away";
    }
}
