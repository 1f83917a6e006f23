// What is known of the locks, and whether that is all of them.

export const isWhole = locks => locks.locks.length >= locks.total;

/** Those who are not named are counted. */
export const holding = lock => lock.holders.length + lock.moreHolders;

export const waiting = lock => lock.waiters.length + lock.moreWaiters;

/** Whether nobody is missing who could be searched for. */
export const isComplete = locks => isWhole(locks) && locks.locks.every(each => each.moreHolders + each.moreWaiters === 0);

/** Those with the longest queues come first, so if the last one has none, no contended one is missing. */
export const hasAllContended = locks => isWhole(locks) || waiting(locks.locks.at(-1)) === 0;

/** The largest of any number of values, or -1. */
export const most = (all, value) => all.reduce((largest, each) => Math.max(largest, value(each)), -1);
