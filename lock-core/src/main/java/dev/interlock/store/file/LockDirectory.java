package dev.interlock.store.file;

import dev.interlock.spi.RecordKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory that is in use, by all stores of this process that were opened on it. */
final class LockDirectory implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(LockDirectory.class);
    private static final Pattern NETWORK = Pattern.compile("nfs.*|cifs|smb.*|afs|ceph|gluster.*|9p|.*sshfs");

    final Ground ground;
    final Records records;
    final Stamps stamps;
    final Sessions sessions;
    final Wakeups wakeups;

    private LockDirectory(Ground ground) {
        this.ground = ground;
        this.wakeups = new Wakeups();
        this.records = new Records(ground);
        this.stamps = new Stamps(ground);
        this.sessions = new Sessions(ground, wakeups.port());
        wakeups.listen(this::endOverdueSessions);
    }

    static LockDirectory open(Path path) throws IOException {
        Ground ground = Ground.open(path);
        Path root = ground.premises.root;
        log.info(
                "locks are kept in {}: they reach the processes of this machine and user that use the same directory",
                root);
        String type = Files.getFileStore(root).type().toLowerCase(Locale.ROOT);
        if (NETWORK.matcher(type).matches()) {
            log.warn(
                    "{} is on a network file system ({}): what other machines lock there is not to be relied on",
                    root,
                    type);
        }
        return new LockDirectory(ground);
    }

    void tell(Set<String> told, RecordKey key) {
        for (String each : told) {
            wakeups.tell(each, key, sessions::about);
        }
    }

    /** Whether another may take its place: it is lost, and all its sessions know, or must have noticed by themselves. */
    boolean isForgotten() throws IOException {
        return ground.isLost() && sessions.endOverdue();
    }

    private void endOverdueSessions() {
        try {
            sessions.endOverdue();
        } catch (IOException | RuntimeException e) {
            log.debug("sessions in {} that do not beat are ended later", ground.premises.root, e);
        }
    }

    @Override
    public void close() throws IOException {
        wakeups.close();
        try (ground;
                records;
                stamps) {
            sessions.close();
        }
    }
}
