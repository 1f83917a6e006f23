package dev.interlock.testkit.process;

import dev.interlock.LockMode;
import dev.interlock.spi.StampRecord;
import dev.interlock.testkit.history.History;
import dev.interlock.testkit.history.HistoryChecker;
import dev.interlock.testkit.history.HoldRecord;
import dev.interlock.testkit.process.ChangeReader.Look;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether an update of one cell was lost, or could have been. */
final class ChangeChecker {

    private final String resource;
    private final List<ChangeRecord> changes;
    private final List<Look> looks;
    private final int failures;

    /** Checks what was written down about this cell. */
    ChangeChecker(int cell, ChangeReader journals) {
        this.resource = ChangeContest.resource(cell);
        this.changes = journals.changes.stream()
                .filter(each -> each.cell() == cell)
                .sorted(Comparator.comparing(ChangeRecord::version))
                .toList();
        this.looks = journals.looks.stream().filter(each -> each.cell() == cell).toList();
        this.failures = journals.failures;
    }

    /**
     * Everything that there is to check.
     *
     * @param stopped whether the process of this name was stopped, and may have been taken for dead
     */
    List<String> violations(long value, @Nullable StampRecord stamp, Predicate<String> stopped) {
        return Stream.of(versions(), updates(), count(value), alone(), snapshots(), losses(stopped), last(stamp))
                .flatMap(Collection::stream)
                .toList();
    }

    /** No two changes have the same version, whatever became of them. */
    private List<String> versions() {
        List<String> violations = new ArrayList<>();
        for (int i = 1; i < changes.size(); i++) {
            if (changes.get(i - 1).version() == changes.get(i).version()) {
                violations.add("the same version twice: " + changes.get(i - 1) + " and " + changes.get(i));
            }
        }
        return violations;
    }

    /** Each change that was made is computed from what the one before it wrote. */
    private List<String> updates() {
        List<String> violations = new ArrayList<>();
        ChangeRecord last = null;
        for (ChangeRecord each : done()) {
            if (last != null && each.value() <= last.value()) {
                violations.add("an update is lost: " + each + " does not know of " + last);
            }
            last = each;
        }
        return violations;
    }

    private List<ChangeRecord> done() {
        return changes.stream().filter(ChangeRecord::isDone).toList();
    }

    /** The value is as many as succeeded, and perhaps those more of which that is not known. */
    private List<String> count(long value) {
        long sure = done().size();
        long unknown = changes.stream()
                .filter(each -> each.outcome() == null || each.outcome() == ChangeRecord.Outcome.LOST)
                .count();
        return sure <= value && value <= sure + unknown
                ? List.of()
                : List.of("'" + resource + "' was changed " + sure + " times and perhaps " + unknown + " more, but is "
                        + value);
    }

    /** Changes that were made exclude each other, and versions rise. */
    private List<String> alone() {
        History history = new History();
        done().forEach(each -> history.held(HoldRecord.of(
                resource, LockMode.WRITE, each.owner(), each.version(), each.asked(), each.began(), each.finished())));
        HistoryChecker checker = new HistoryChecker(history);
        return Stream.concat(checker.exclusion().stream(), checker.tokens().stream())
                .toList();
    }

    // --- stamps ----------------------------------------------------------------------------------------------------

    /** Who takes a stamp sees the last one, or a later one, and none of a change that is not over. */
    private List<String> snapshots() {
        Map<Long, ChangeRecord> byVersion = new HashMap<>();
        changes.forEach(each -> byVersion.put(each.version(), each));
        List<String> violations = new ArrayList<>();
        for (Look look : looks) {
            ChangeRecord made = byVersion.get(look.version());
            if (made != null && (made.wasGivenUp() || look.seen() < made.finished())) {
                violations.add(look + " shows a change that was not over, or had been given up: " + made);
            }
        }
        violations.addAll(fallingBack());
        return violations;
    }

    /** A version that was there at a time. */
    private record Known(long version, long time) {}

    private List<String> fallingBack() {
        List<Known> known = Stream.concat(
                        looks.stream().map(each -> new Known(each.version(), each.seen())),
                        changes.stream().map(each -> new Known(each.version(), each.began())))
                .sorted(Comparator.comparing(Known::time))
                .toList();
        List<String> violations = new ArrayList<>();
        long highest = 0;
        int next = 0;
        for (Look look :
                looks.stream().sorted(Comparator.comparing(Look::asked)).toList()) {
            for (; next < known.size() && known.get(next).time() < look.asked(); next++) {
                highest = Math.max(highest, known.get(next).version());
            }
            if (look.version() < highest) {
                violations.add(look + " of '" + resource + "' shows less than " + highest + ", which had been there");
            }
        }
        return violations;
    }

    /** Only those who were stopped may be taken for dead. */
    private List<String> losses(Predicate<String> stopped) {
        return changes.stream()
                .filter(each ->
                        each.outcome() == ChangeRecord.Outcome.LOST || each.outcome() == ChangeRecord.Outcome.REFUSED)
                .filter(each -> !stopped.test(each.node()))
                .map(each -> "taken for dead, but was never stopped: " + each)
                .toList();
    }

    /** Each change raises the stamp by one, and so does whoever gives one up; in the end nobody is changing anything. */
    private List<String> last(@Nullable StampRecord stamp) {
        long repaired = changes.stream().filter(each -> !each.isDone()).count();
        long version = stamp == null ? 0 : stamp.version();
        long most = changes.size() + repaired + 2L * failures;
        List<String> violations = new ArrayList<>();
        if (version < changes.size() || version > most) {
            violations.add("the stamp of '" + resource + "' after " + changes.size() + " changes, of which " + repaired
                    + " were given up or may have been, and " + failures + " failures, is " + version);
        }
        if (stamp != null && stamp.changing() != null) {
            violations.add("all is over, but '" + resource + "' is being changed: " + stamp);
        }
        return violations;
    }
}
