package dev.interlock.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Words left for sessions: a file for each, so that leaving and taking them never meet. */
final class Notices {

    private final Premises premises;
    private final AtomicLong left = new AtomicLong();

    Notices(Premises premises) {
        this.premises = premises;
    }

    /** The names are such that those left by one process come in their order. */
    void leave(String session, String notice) throws IOException {
        String name = String.format(
                "%s~%d-%d-%08d",
                session, System.currentTimeMillis(), ProcessMark.own().pid(), left.incrementAndGet());
        premises.write(premises.notices.resolve(name), Texts.encode(notice));
    }

    /** What was left, the oldest first. */
    List<String> take(String session) throws IOException {
        List<String> words = new ArrayList<>();
        for (Path each : of(session)) {
            words.add(Texts.read(each));
            Files.deleteIfExists(each);
        }
        return words;
    }

    void drop(String session) throws IOException {
        for (Path each : of(session)) {
            Files.deleteIfExists(each);
        }
    }

    private List<Path> of(String session) throws IOException {
        List<Path> found = Premises.list(premises.notices);
        found.removeIf(file -> !session.equals(session(file)));
        Collections.sort(found);
        return found;
    }

    private static String session(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, Math.max(0, name.indexOf('~')));
    }

    /** Whether a session lives. */
    interface Life {
        boolean isIn(String session) throws IOException;
    }

    /** Removes what nobody will take any more. */
    void sweep(Life life) throws IOException {
        for (Path each : Premises.list(premises.notices)) {
            if (!life.isIn(session(each))) {
                Files.deleteIfExists(each);
            }
        }
    }
}
