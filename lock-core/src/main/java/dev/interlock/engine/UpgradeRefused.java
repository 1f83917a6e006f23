package dev.interlock.engine;

/** A reader wanted to write; becomes a {@code LockUpgradeException} where it is known who and what. */
final class UpgradeRefused extends Exception {

    private static final long serialVersionUID = 1L;

    UpgradeRefused() {
        super(null, null, false, false);
    }
}
