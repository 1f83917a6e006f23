package dev.interlock.store.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a process from another that got the same number later. Linux counts the ticks from its start until that of the process,
 * which no change of the wall clock touches, so that is taken where it is to be had; elsewhere it is the time of its start.
 *
 * @param pid the number of the process, as it is seen from within
 * @param started when it started, in whatever way this system can say
 */
record ProcessMark(long pid, String started) {

    private static final Path PROC = Path.of("/proc");
    private static final int STATE = 0;
    private static final int START = 19;

    private static final String BOOT = boot();
    private static final ProcessMark OWN = of(ProcessHandle.current().pid()).orElseThrow();

    /** The mark of this process. */
    static ProcessMark own() {
        return OWN;
    }

    /** Whether this very process is there, as far as can be seen from here; one that only waits to be buried is not. */
    boolean isThere() {
        return of(pid).filter(this::equals).isPresent();
    }

    private static Optional<ProcessMark> of(long pid) {
        String[] stat = stat(pid);
        if (stat != null) {
            boolean gone = "ZX".contains(stat[STATE]);
            return gone ? Optional.empty() : Optional.of(new ProcessMark(pid, BOOT + ":" + stat[START]));
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process -> new ProcessMark(
                        pid,
                        process.info().startInstant().map(Instant::toString).orElse("-")));
    }

    /** What Linux says of a process, after its name, which may have spaces. */
    private static String @Nullable [] stat(long pid) {
        try {
            String text = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] words = text.substring(text.lastIndexOf(')') + 2).split(" ", START + 2);
            return words.length > START ? words : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String boot() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "-";
        }
    }
}
