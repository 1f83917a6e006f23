package dev.interlock.annotation;

/** What becomes of a call that has been tried to the end, and met a conflict each time. What it did was undone, if it can be. */
public enum OnConflict {
    /** The caller gets a {@link dev.interlock.OptimisticConflictException} that says who was faster, or more important. */
    THROW,
    /**
     * The caller gets an empty result: {@code null}, zero, {@code false}, an empty {@code Optional}, array, collection or
     * publisher. A method without a result then seems to have done its work.
     */
    SKIP
}
