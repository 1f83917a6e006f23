package dev.interlock.spring.aop;

/**
 * What is around every call that is tried again.
 *
 * @param observations who watches
 * @param mdc the logging context
 * @param transactions what there is to be said about transactions
 */
record OperationSurroundings(LockObservations observations, LockMdc mdc, TransactionTerms transactions) {}
