package dev.interlock.benchmarks;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.annotation.WriteLock;

/** The same work under the same locks: by annotation, and by hand. */
public class Ledger {

    private final LockManager locks;
    private long entries;

    /** A ledger under these locks. */
    public Ledger(LockManager locks) {
        this.locks = locks;
    }

    /** What a key may have to be looked up in. */
    public static final class Order {

        private final String id;

        /** An order of this id. */
        public Order(String id) {
            this.id = id;
        }

        /** Its id. */
        public String getId() {
            return id;
        }
    }

    /** Without a lock and, as it is annotated with nothing, without an interceptor. */
    public long plain() {
        return ++entries;
    }

    /** A name. */
    @WriteLock("ledger")
    public long named() {
        return ++entries;
    }

    /** A name, by hand. */
    public long namedByHand() {
        try (LockHandle held = locks.write("ledger").acquire()) {
            return ++entries;
        }
    }

    /** A key that is an argument. */
    @WriteLock(value = "ledger", key = "#id")
    public long keyed(String id) {
        return ++entries;
    }

    /** A key that is an argument, by hand. */
    public long keyedByHand(String id) {
        try (LockHandle held = locks.write("ledger", id).acquire()) {
            return ++entries;
        }
    }

    /** A key that is looked up. */
    @WriteLock(value = "ledger", key = "#order.id")
    public long ordered(Order order) {
        return ++entries;
    }

    /** A key that is looked up, by hand. */
    public long orderedByHand(Order order) {
        try (LockHandle held = locks.write("ledger", order.getId()).acquire()) {
            return ++entries;
        }
    }
}
