package dev.interlock.testkit.history;

/**
 * What came of a request.
 *
 * @param resource what was asked for
 * @param owner who asked
 * @param requested when, read before asking
 * @param ended when the answer came, read after it
 * @param timeoutNanos how long it was willing to wait
 * @param outcome the answer
 */
public record Wait(String resource, String owner, long requested, long ended, long timeoutNanos, Outcome outcome) {

    /** How a request can end. */
    public enum Outcome {
        /** The lock was acquired. */
        GRANTED,
        /** The deadline passed. */
        TIMED_OUT,
        /** The requester gave up, or was made to. */
        CANCELLED,
        /** The store did not answer. */
        FAILED
    }
}
