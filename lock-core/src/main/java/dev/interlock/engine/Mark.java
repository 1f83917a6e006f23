package dev.interlock.engine;

/**
 * A hold as its owner notes it: the number of the lock, the number of its type, and the mode, in one {@code long}. To write
 * a number costs nothing, while a reference, from something old to something new, costs the garbage collector's care — on
 * every acquisition, and only for the sake of the few that are nested.
 */
final class Mark {

    /** Of a hold that is not noted. */
    static final long NONE = 0;

    private static final int LOCK_SHIFT = 32;

    private Mark() {}

    static long of(int lock, int node) {
        return (long) lock << LOCK_SHIFT | node;
    }

    static int lock(long mark) {
        return (int) (mark >>> LOCK_SHIFT);
    }

    /** The type and the mode: what orders are learned of. */
    static int node(long mark) {
        return (int) mark;
    }

    static int node(int type, boolean write) {
        return type << 1 | (write ? 1 : 0);
    }

    static int typeOf(int node) {
        return node >> 1;
    }

    static boolean isWrite(int node) {
        return (node & 1) != 0;
    }
}
