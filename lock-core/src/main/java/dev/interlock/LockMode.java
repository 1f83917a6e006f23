package dev.interlock;

/** How a resource is held: shared by readers, or by one writer alone. */
public enum LockMode {
    /** Shared: any number of owners may read at once. */
    READ,
    /** Exclusive: one owner, and no reader beside it. */
    WRITE;

    /** Whether holds of two different owners in these modes exclude each other. */
    public boolean conflictsWith(LockMode other) {
        return this == WRITE || other == WRITE;
    }
}
