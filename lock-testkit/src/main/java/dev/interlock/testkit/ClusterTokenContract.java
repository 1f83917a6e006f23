package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.spi.ScannableStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever holds later has the higher token, whatever happened in between and on whichever nodes. */
abstract class ClusterTokenContract extends NodesContract {

    private final List<Long> tokens = new ArrayList<>();

    ClusterTokenContract(ClusterContract cluster) {
        super(cluster);
    }

    @AfterEach
    void tokensHaveRisen() {
        assertThat(tokens).hasSizeGreaterThan(1).isSorted().doesNotHaveDuplicates();
    }

    private LockHandle take(LockRequest request) {
        LockHandle held = request.acquire();
        tokens.add(held.fencingToken());
        return held;
    }

    private void pass(LockRequest request) {
        take(request).close();
    }

    @Test
    void afterReleases() {
        for (int i = 0; i < 20; i++) {
            pass(a.write(DOOR));
            pass(b.write(DOOR));
            pass(b.write(DOOR));
            pass(c.read(DOOR));
            pass(a.read(DOOR));
        }
    }

    @Test
    void afterHandOversWithinAndBetweenNodes() {
        Queue<Long> granted = new ConcurrentLinkedQueue<>();
        List<Contender<Boolean>> working = new ArrayList<>();
        for (TestNode each : List.of(a, b, c)) {
            for (int i = 0; i < 3; i++) {
                String owner = each + "-" + i;
                working.add(contenders.start(owner, () -> {
                    for (int j = 0; j < 40; j++) {
                        try (LockHandle held = each.write(DOOR, owner).acquire()) {
                            granted.add(held.fencingToken());
                        }
                    }
                    return true;
                }));
            }
        }
        assertThat(working).allMatch(Contender::result);
        tokens.addAll(granted);
    }

    @Test
    void afterAForcedRelease() {
        take(a.write(DOOR));
        b.locks().monitor().forceRelease(DOOR, "test", "to see the next token");
        pass(b.write(DOOR));
        pass(c.write(DOOR));
        c.locks().monitor().forceRelease(DOOR, "test", "though nobody holds it");
        pass(a.write(DOOR, "another"));
    }

    @Test
    void afterTheEndOfASession() {
        take(a.write(DOOR));
        expireSessionOf(a);
        pass(b.write(DOOR));
        Contenders.until("node a is back", () -> a.tryWrite(DOOR)
                .map(held -> {
                    tokens.add(held.fencingToken());
                    held.close();
                    return true;
                })
                .isPresent());
        pass(c.write(DOOR));
    }

    @Test
    void afterTheEndOfALease() {
        take(a.write(DOOR).lease(Duration.ofMillis(10)));
        pass(b.write(DOOR));
        pass(a.write(DOOR, "another"));
    }

    /** Records are kept for longer than any node's idea of the store's time is wrong. */
    @Test
    void afterTheRecordWasSwept() {
        assumeTrue(storage instanceof ScannableStore, "a store that sweeps");
        for (TestNode each : List.of(a, b, a, c)) {
            pass(each.write(DOOR));
            pass(each.read(DOOR));
            Contenders.until("the record is swept", () -> {
                int swept = ((ScannableStore) storage).sweep(Duration.ofSeconds(1), PATIENCE);
                return swept > 0 && record(DOOR) == null;
            });
        }
    }

    @Test
    void whenReadersShareAndAWriterFollows() {
        List<LockHandle> readers = new ArrayList<>();
        pass(b.write(DOOR));
        for (TestNode each : List.of(a, b, c, a, b)) {
            readers.add(each.read(DOOR, "reader " + readers.size()).acquire());
        }
        List<Long> shared =
                readers.stream().map(LockHandle::fencingToken).sorted().toList();
        assertThat(shared).doesNotHaveDuplicates();
        tokens.addAll(shared);
        readers.forEach(LockHandle::close);
        pass(c.write(DOOR));
    }

    @Test
    void whenAWriterBecomesAReader() {
        LockHandle held = take(a.write(DOOR));
        LockHandle downgraded = held.downgrade();
        assertThat(downgraded.fencingToken()).isEqualTo(held.fencingToken());
        LockHandle reading = take(b.read(DOOR));
        downgraded.close();
        reading.close();
        pass(c.write(DOOR));
    }

    @Test
    void afterTheNodeWasStartedAnew() {
        pass(a.write(DOOR));
        a.locks().close();
        TestNode anew = node("a", settings -> settings);
        pass(anew.write(DOOR));
        pass(b.write(DOOR));
    }
}
