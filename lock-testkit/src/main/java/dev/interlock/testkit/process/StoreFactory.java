package dev.interlock.testkit.process;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;

/** Opens a store in each process of a {@link ProcessContest}. A public class with a public constructor without parameters. */
public interface StoreFactory {

    /**
     * The store of this process.
     *
     * @param argument what the contest was given, for instance an address
     */
    LockStore open(String argument) throws Exception;

    /** How the manager of this process is to be set up; by default, so that a process that was killed is soon known to be dead. */
    default InterlockManager.Builder settings(InterlockManager.Builder manager) {
        return manager;
    }
}
