package dev.interlock.spi;

import java.time.Duration;

/**
 * Locks of somebody else's making that are exclusive and nothing more: no sharing, no fencing tokens, nobody to be seen. Who
 * builds a manager on one gets the local queue, deadlines and statistics of every manager; what the store cannot do is refused
 * when it is asked for.
 */
public interface ExclusiveStore extends AutoCloseable {

    /** The word for stores of this kind in settings, meters and reports. */
    String kind();

    /** What it is and where, for messages. */
    String describe();

    /** Takes the resource if it is free, without waiting for it. */
    boolean tryTake(String resource, Duration patience);

    /** Keeps what was taken; answers whether it is still held. Called in turn for all that is held, a few times in this time. */
    boolean keep(String resource, Duration timeToLive, Duration patience);

    /** Gives back what was taken. */
    void giveBack(String resource, Duration patience);

    @Override
    void close();
}
