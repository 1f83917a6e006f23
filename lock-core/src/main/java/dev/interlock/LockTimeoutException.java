package dev.interlock;

import dev.interlock.monitor.LockHolder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deadline passed before the lock could be had. The message says who held it and how many waited. */
public class LockTimeoutException extends LockException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<LockHolder> holders;
    private final int queueLength;

    /** A timeout of this attempt, with those who held the resource at that moment. */
    public LockTimeoutException(String message, LockAttempt attempt, List<LockHolder> holders, int queueLength) {
        super(message, attempt, null);
        this.holders = List.copyOf(holders);
        this.queueLength = queueLength;
    }

    /** Who held the resource when the time was up; empty after deserialization. */
    public List<LockHolder> holders() {
        return holders == null ? List.of() : holders;
    }

    /** How many others were waiting. */
    public int queueLength() {
        return queueLength;
    }
}
