package dev.interlock.engine;

import dev.interlock.LogText;
import dev.interlock.monitor.LockHolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes holds away by force, and notes whose they were. */
final class Eviction {

    private static final Logger log = LoggerFactory.getLogger(Eviction.class);

    private final Engine engine;
    private final String who;
    private final String why;
    private final List<LockHolder> evicted = new ArrayList<>();

    /** Nobody yet. */
    Eviction(Engine engine, String who, String why) {
        this.engine = engine;
        this.who = who;
        this.why = why;
    }

    List<LockHolder> evicted() {
        return evicted;
    }

    /** Everything that this owner holds now, and nothing that it takes from now on. */
    List<LockHolder> everythingOf(Owner owner) {
        Map<LocalLock, Long> held = new LinkedHashMap<>();
        engine.locks().filter(lock -> lock.heldBy(owner) != null).forEach(lock -> held.put(lock, lock.lastToken()));
        held.forEach((lock, latest) -> from(lock, latest, hold -> hold.isBy(owner), any -> true));
        if (!evicted.isEmpty()) {
            log.warn("'{}' lost {}: {}", LogText.of(who), LogText.of(Texts.held(evicted)), LogText.of(why));
        }
        return evicted;
    }

    /**
     * Until nobody concerned is left who held before this began: a holder may come in again, or downgrade, meanwhile.
     *
     * @param latest the last token that was given out when this began
     * @param which those who are to lose it
     */
    void from(LocalLock lock, long latest, Predicate<Hold> concerned, Predicate<LockHolder> which) {
        int before;
        do {
            before = evicted.size();
            for (Hold hold : lock.holds()) {
                LockHolder holder = engine.describe.holder(hold);
                if (hold.token() <= latest && concerned.test(hold) && which.test(holder) && hold.takeAway(who, why)) {
                    evicted.add(holder);
                }
            }
        } while (evicted.size() > before);
    }
}
