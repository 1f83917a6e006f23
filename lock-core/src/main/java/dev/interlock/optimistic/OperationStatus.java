package dev.interlock.optimistic;

/** How far an operation has come. */
public enum OperationStatus {
    /** It has not begun: it waits for a thread, or for somebody who is just changing its resource. */
    PENDING,
    /** It computes, or makes its change. */
    RUNNING,
    /** Somebody else was faster; it will try again, after a while. */
    RETRYING,
    /** Its change was made, or it had none to make. */
    SUCCEEDED,
    /** Its change was not made: it was turned away for a more important one, or came too late too often, or ran out of time. */
    REJECTED,
    /** It threw an exception that was no conflict. What it had done by then is not undone. */
    FAILED;

    /** Whether it has come to its end. */
    public boolean isOver() {
        return this == SUCCEEDED || this == REJECTED || this == FAILED;
    }
}
