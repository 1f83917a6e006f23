package dev.interlock.optimistic;

import dev.interlock.OptimisticConflictException;

/** One try of an operation, for those who find their own moment to change something, such as the commit of a transaction. */
public interface OperationTry {

    /** The operation. */
    Operation operation();

    /** What the resource was when this try began, or was renewed. */
    VersionStamp stamp();

    /**
     * Looks at the resource once more, for those who had to wait before they read anything: the try then goes by what it is now. What
     * has been read before is not protected any more. Where no thread may wait, and somebody is changing the resource, all stays as it
     * was.
     *
     * @throws OptimisticConflictException if somebody else is changing the resource, and for too long
     * @throws IllegalStateException if the change has begun
     */
    VersionStamp renew();

    /**
     * Begins the change, if the resource is still what it was: until the step is closed nobody else begins one. May be called once in
     * each try.
     *
     * @throws OptimisticConflictException if somebody else changed the resource, or is more important. Whoever called this is to let
     *     it pass, and the operation decides whether there is another try
     */
    ChangeStep begin();

    /** A change under way. */
    interface ChangeStep extends AutoCloseable {

        /** What the resource will be after the change; its version is a fencing token. */
        VersionStamp next();

        /**
         * Ends the change, whether it was made or not.
         *
         * @throws dev.interlock.LockLostException if this node was taken for dead meanwhile, and others may have changed the resource
         *     at the same time
         */
        @Override
        void close();
    }
}
