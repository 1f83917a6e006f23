package dev.interlock.testkit;

/** A way in which a call to a store goes wrong. */
public enum StoreFault {
    /** The call fails and has done nothing; the next one may succeed. */
    REFUSED,
    /** The call does what it should, and then fails as if the answer had been lost. */
    REPLY_LOST,
    /** The call hangs until the fault is healed, and then does what it should; it fails when its patience is at an end. */
    HANGING,
    /** The call fails and has done nothing; asking again is of no use until somebody mends it. */
    BROKEN
}
