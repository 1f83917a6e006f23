package dev.interlock.spring.aop;

/** Runs methods whose locks were not free when they were called. */
@FunctionalInterface
interface CallThreads {

    /** Runs it in some other thread, or throws. */
    void run(Runnable call);
}
