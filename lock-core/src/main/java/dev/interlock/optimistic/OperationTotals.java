package dev.interlock.optimistic;

/**
 * What became of operations since the manager was made.
 *
 * @param started how many were begun
 * @param succeeded how many made their change
 * @param conflicts how often somebody else was faster, or more important
 * @param retried how often one was tried again
 * @param rejected how many were turned away for more important ones
 * @param exhausted how many came to the end of their retries, or of their time
 * @param failed how many threw an exception, or were cancelled, interrupted or cut off by the end of the manager
 */
public record OperationTotals(
        long started, long succeeded, long conflicts, long retried, long rejected, long exhausted, long failed) {}
