package dev.interlock.engine;

import dev.interlock.LockOwner;

/** The owner of holds that nobody holds. */
final class Nobody extends Owner {

    static final Nobody OWNER = new Nobody();

    private Nobody() {}

    @Override
    LockOwner identity() {
        return LockOwner.named("nobody");
    }

    @Override
    int taken() {
        return 0;
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
