package dev.interlock.spi;

import java.util.List;

/**
 * What a heartbeat is answered.
 *
 * @param alive whether the session lives on; if not, all that it held is lost
 * @param notices what others left word of since the last one
 */
public record Heartbeat(boolean alive, List<String> notices) {

    /** Copies what could change. */
    public Heartbeat {
        notices = List.copyOf(notices);
    }
}
