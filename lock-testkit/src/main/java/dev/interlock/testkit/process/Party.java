package dev.interlock.testkit.process;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A process in a {@link Standoff}: it does as it is told, a line at a time, and says what came of it, until there is nothing more to
 * read.
 */
final class Party {

    static final String HOLD = "hold";
    static final String ASK = "ask";
    static final String LEAVE = "leave";

    static final String HELD = "held";
    static final String FINISHED = "finished";
    static final String VICTIM = "victim";
    static final String FAILED = "failed";
    static final String DEADLOCK = "deadlock";

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final LockManager locks;
    private final Map<String, LockHandle> held = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<LockHandle>> asked = new ConcurrentHashMap<>();

    private Party(LockManager locks) {
        this.locks = locks;
    }

    /** How such a process begins. */
    public static void main(String[] arguments) throws Exception {
        StoreFactory factory = Class.forName(arguments[1])
                .asSubclass(StoreFactory.class)
                .getDeclaredConstructor()
                .newInstance();
        InterlockManager.Builder settings = factory.settings(InterlockManager.builder()
                .node(arguments[0])
                .deadlocks(DeadlockPolicy.valueOf(arguments[3]))
                .listener(Party::note)
                .stores(all -> all.publishAfter(Duration.ofMillis(100))));
        try (LockManager locks = settings.store(factory.open(arguments[2])).build()) {
            System.out.println(Contestant.READY);
            new Party(locks).heed(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
    }

    private static void note(LockEvent event) {
        if (event instanceof LockEvent.DeadlockDetected detected) {
            System.out.println(DEADLOCK + " "
                    + detected.report().participants().stream()
                            .map(each -> each.owner().name())
                            .sorted()
                            .collect(Collectors.joining(" ")));
        }
    }

    private void heed(BufferedReader orders) throws Exception {
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case HOLD -> hold(words[1], request(words));
                case ASK -> ask(words[1], request(words));
                case LEAVE -> leave(words[1]);
                default -> throw new IllegalArgumentException("nobody knows how to '" + line + "'");
            }
        }
    }

    private LockRequest request(String[] words) {
        boolean reads = LockMode.valueOf(words[2]) == LockMode.READ;
        LockRequest request = reads ? locks.read(words[3]) : locks.write(words[3]);
        return request.owner(LockOwner.named(words[1])).timeout(FOR_EVER);
    }

    private void hold(String owner, LockRequest request) {
        held.put(owner, request.acquire());
        System.out.println(HELD + " " + owner);
    }

    private void ask(String owner, LockRequest request) {
        CompletableFuture<LockHandle> future = request.acquireAsync();
        asked.put(owner, future.whenComplete((handle, failure) -> ended(owner, handle, failure)));
    }

    private void ended(String owner, @Nullable LockHandle handle, @Nullable Throwable failure) {
        if (handle != null) {
            handle.close();
        }
        LockHandle first = held.remove(owner);
        if (first != null) {
            first.close();
        }
        System.out.println(
                (failure == null ? FINISHED : failure instanceof DeadlockException ? VICTIM : FAILED) + " " + owner);
    }

    /** Whoever holds only what another one waits for may go without having got anything. */
    private void leave(String owner) {
        LockHandle first = held.remove(owner);
        if (first != null) {
            first.close();
        }
    }
}
