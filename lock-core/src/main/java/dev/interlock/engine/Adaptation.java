package dev.interlock.engine;

import dev.interlock.engine.TimeoutRule.Suggestion;

/**
 * How one timeout adapts. It looks at what is recent: of that half is forgotten whenever there is plenty. A timeout rises at the next
 * look, and falls only after so many looks have found it too long without one that did not, to the longest they would have had.
 * Otherwise it would fall between two rushes, and each would begin with requests that time out.
 */
final class Adaptation {

    static final int LOOKS_BEFORE_FALLING = 30;
    private static final int PLENTY = 1000;

    private Observed before = Observed.NOTHING;
    private Observed recent = Observed.NOTHING;
    private int looks;
    private long lower;

    /**
     * What the timeout should be from now on.
     *
     * @param all what has been seen altogether
     * @param present what it is
     */
    Suggestion look(Observed all, long present, Bounds bounds) {
        Observed news = all.since(before);
        before = all;
        Suggestion kept = new Suggestion(present, "", "nothing has changed");
        if (news.requests() < 1) {
            return kept;
        }
        recent = (recent.requests() < PLENTY ? recent : recent.halved()).plus(news);
        Suggestion better = TimeoutRule.timeout(recent, present);
        long wanted = better.nanos() == 0 ? present : bounds.within(better.nanos());
        if (wanted < present) {
            looks++;
            lower = Math.max(lower, wanted);
            if (looks < LOOKS_BEFORE_FALLING) {
                return kept;
            }
            wanted = lower;
        }
        looks = 0;
        lower = 0;
        return new Suggestion(wanted, better.deed(), better.facts());
    }
}
