package dev.interlock.engine;

import dev.interlock.LockOwner;

/** An owner that the application names; any thread may act for it. Forgotten when it holds and wants nothing. */
final class SharedOwner extends Owner {

    private final Owners realm;
    private final LockOwner identity;
    /** Written only while the realm's map has this owner's bin locked. */
    private volatile int taken;

    SharedOwner(LockOwner identity, Owners realm) {
        this.identity = identity;
        this.realm = realm;
    }

    SharedOwner change(int by) {
        int before = taken;
        taken = before + by;
        return this;
    }

    @Override
    void enter() {
        realm.enter(identity);
    }

    @Override
    void leave() {
        realm.leave(this);
    }

    @Override
    int taken() {
        return taken;
    }

    @Override
    boolean anyThread() {
        return true;
    }

    @Override
    LockOwner identity() {
        return identity;
    }
}
