package dev.interlock.store.jdbc;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** The connections that have been asked for and have not come yet. Used under the lock of its {@link Lines}. */
final class Loans {

    /** A loan that was asked for this long ago keeps no other from being asked for: it may never come. */
    static final Duration OVERDUE = Duration.ofSeconds(2);
    /** When that has happened many times, the next one is given more time. */
    private static final Duration LONG_OVERDUE = Duration.ofSeconds(30);

    private static final int MANY = 8;

    private final Set<Loan> asked = new HashSet<>();
    private int overdue;

    /** One of them, and since when. */
    static final class Loan {
        private final long since = System.nanoTime();
    }

    Loan add() {
        Loan loan = new Loan();
        asked.add(loan);
        return loan;
    }

    /** How many there are that may still come soon. */
    int size() {
        return asked.size();
    }

    /** It came, or was refused, at last. */
    void settle(Loan loan) {
        if (!asked.remove(loan)) {
            overdue--;
        }
    }

    void writeOffOverdue() {
        long now = System.nanoTime();
        for (Iterator<Loan> each = asked.iterator(); each.hasNext(); ) {
            Duration allowed = overdue < MANY ? OVERDUE : LONG_OVERDUE;
            if (now - each.next().since > allowed.toNanos()) {
                each.remove();
                overdue++;
            }
        }
    }
}
