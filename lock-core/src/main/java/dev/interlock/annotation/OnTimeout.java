package dev.interlock.annotation;

/** What becomes of a call whose lock could not be had in time. The method is run in no case. */
public enum OnTimeout {
    /** The caller gets a {@link dev.interlock.LockTimeoutException} that says who is in the way. */
    THROW,
    /**
     * The caller gets an empty result: {@code null}, zero, {@code false}, an empty {@code Optional}, array, collection, stream or
     * publisher.
     */
    SKIP
}
