package dev.interlock.testkit.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Orders to stay in the midst of the next change of each cell, until there is another order. */
final class Lingering {

    private final AtomicReferenceArray<CountDownLatch> wanted = new AtomicReferenceArray<>(ChangeContest.CELLS);
    private volatile CountDownLatch until = new CountDownLatch(0);

    /** One thread is to stay in the next change of each cell. */
    void order() {
        CountDownLatch end = new CountDownLatch(1);
        until = end;
        for (int i = 0; i < ChangeContest.CELLS; i++) {
            wanted.set(i, end);
        }
    }

    void goOn() {
        until.countDown();
    }

    /** In the midst of a change. */
    void pass(int cell, long version) throws InterruptedException {
        CountDownLatch end = wanted.getAndSet(cell, null);
        if (end != null) {
            System.out.println(Changer.LINGERS + " " + cell + " " + version);
            end.await();
        }
    }
}
