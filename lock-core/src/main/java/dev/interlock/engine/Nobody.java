package dev.interlock.engine;

import dev.interlock.LockOwner;

/** The owner of holds that nobody of this node holds. */
final class Nobody extends Owner {

    static final Nobody OWNER = new Nobody("nobody");
    /** The owner of what other nodes hold, as far as that concerns this one: see {@link Keeper}. */
    static final Nobody OTHERS = new Nobody("other nodes");

    private final LockOwner identity;

    private Nobody(String name) {
        identity = LockOwner.named(name);
    }

    @Override
    LockOwner identity() {
        return identity;
    }

    @Override
    int taken() {
        return 0;
    }

    @Override
    boolean holdsNothingElse() {
        return true;
    }

    @Override
    void enter() {}

    @Override
    void leave() {}

    @Override
    void took(Hold hold, int taken) {}

    @Override
    void letGo(Hold hold) {}

    @Override
    void forget(long mark) {}

    @Override
    int marks() {
        return 0;
    }

    @Override
    long mark(int index) {
        return Mark.NONE;
    }

    @Override
    boolean anyThread() {
        return false;
    }
}
