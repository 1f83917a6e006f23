package dev.interlock.testkit;

import dev.interlock.spi.RecordKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Who wants to be told of changes. Tells them in a thread of its own, which ends when there is nothing to tell. */
final class Hints {

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor teller =
            new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Hints::thread);

    /** Each is its own, however often the same session subscribes with the same consumer. */
    private static final class Subscription {
        final String session;
        final Consumer<RecordKey> hint;

        Subscription(String session, Consumer<RecordKey> hint) {
            this.session = session;
            this.hint = hint;
        }
    }

    Hints() {
        teller.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "shared-memory-hints");
        thread.setDaemon(true);
        return thread;
    }

    AutoCloseable subscribe(String session, Consumer<RecordKey> hint) {
        Subscription subscription = new Subscription(session, hint);
        subscriptions.add(subscription);
        return () -> subscriptions.remove(subscription);
    }

    void tell(Set<String> sessions, RecordKey of) {
        for (Subscription each : subscriptions) {
            if (sessions.contains(each.session)) {
                teller.execute(() -> tell(each, of));
            }
        }
    }

    private void tell(Subscription subscription, RecordKey of) {
        if (subscriptions.contains(subscription)) {
            try {
                subscription.hint.accept(of);
            } catch (RuntimeException itsOwnAffair) {
                // a hint that is lost is nothing to worry about, and the next one may be heard
            }
        }
    }
}
