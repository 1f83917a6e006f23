package dev.interlock.engine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the engine's own threads: daemons with a name that says whose they are. They inherit no thread-locals: whoever
 * happens to need one first would leave what is its own — a user, a transaction — to all whom the thread serves later.
 */
final class DaemonThreads implements ThreadFactory {

    private final String name;
    private final AtomicInteger made = new AtomicInteger();

    private DaemonThreads(String name) {
        this.name = name;
    }

    static DaemonThreads named(String name) {
        return new DaemonThreads(name);
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(null, work, name + "-" + made.incrementAndGet(), 0, false);
        // which newer JDKs do not inherit either; the system class loader sees nothing of a packed application
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.setDaemon(true);
        return thread;
    }
}
