package dev.interlock.engine;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.engine.NodeReport.Awaited;
import dev.interlock.engine.NodeReport.Held;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.SessionInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports of nodes as text: a line for each thing said, beginning with what it is about. */
final class NodeReportText {

    private static final Logger log = LoggerFactory.getLogger(NodeReportText.class);

    private static final String NODE = "node";
    private static final String HOLD = "hold";
    private static final String WAIT = "wait";
    private static final String DEADLOCK = "deadlock";
    private static final String STANDING = "standing";
    private static final String ENDED = "ended";
    private static final String EVERYWHERE = "everywhere";
    private static final String HERE = "here";

    private NodeReportText() {}

    // --- writing ---------------------------------------------------------------------------------------------------

    /** Nothing if nothing is to be said, so that stores need not write it. */
    static String write(NodeReport report) {
        if (report.holds().isEmpty()
                && report.waits().isEmpty()
                && report.deadlocks().isEmpty()) {
            return "";
        }
        List<String> lines = new ArrayList<>();
        lines.add(Words.join(
                NODE, "" + report.number(), "" + report.heard(), report.policy().name()));
        report.holds().forEach(each -> lines.add(line(each)));
        report.waits().forEach(each -> lines.add(line(each)));
        report.deadlocks().forEach(each -> lines.add(line(each)));
        return String.join("\n", lines);
    }

    private static String line(Held held) {
        LockHolder holder = held.holder();
        return Words.join(
                HOLD,
                held.lock(),
                scope(held.everywhere()),
                "" + held.owner(),
                held.id(),
                holder.resource(),
                holder.owner().name(),
                orNothing(holder.thread()),
                holder.mode().name(),
                "" + holder.priority(),
                "" + holder.fencingToken(),
                holder.acquiredAt().toString(),
                holder.leaseExpiresAt() == null ? "" : holder.leaseExpiresAt().toString(),
                orNothing(holder.reason()),
                holder.method().orElse(""));
    }

    private static String line(Awaited awaited) {
        LockWaiter waiter = awaited.waiter();
        return Words.join(
                WAIT,
                awaited.lock(),
                scope(awaited.everywhere()),
                "" + awaited.owner(),
                awaited.id(),
                waiter.resource(),
                waiter.owner().name(),
                orNothing(waiter.thread()),
                waiter.mode().name(),
                "" + waiter.priority(),
                "" + waiter.position(),
                waiter.since().toString(),
                orNothing(waiter.reason()),
                waiter.method().orElse(""));
    }

    private static String line(ClusterDeadlock deadlock) {
        DeadlockReport report = deadlock.report();
        LockOwner victim = report.victim();
        List<String> words = new ArrayList<>();
        words.add(DEADLOCK);
        words.add("" + report.id());
        words.add(report.detectedAt().toString());
        words.add(deadlock.standing() ? STANDING : ENDED);
        words.add(victim == null ? "" : "'" + victim.name());
        report.participants().forEach(each -> words.add(line(each)));
        return Words.join(words.toArray(String[]::new));
    }

    private static String line(DeadlockParticipant participant) {
        List<String> words = new ArrayList<>(List.of(
                participant.owner().name(),
                participant.node(),
                orNothing(participant.thread()),
                orNothing(participant.method()),
                participant.waitsFor(),
                participant.mode().name(),
                "" + participant.priority(),
                participant.since().toString(),
                participant.blockedBy()));
        participant.holds().forEach((resource, mode) -> {
            words.add(resource);
            words.add(mode.name());
        });
        return Words.join(words.toArray(String[]::new));
    }

    private static String scope(boolean everywhere) {
        return everywhere ? EVERYWHERE : HERE;
    }

    private static String orNothing(@Nullable String text) {
        return text == null ? "" : text;
    }

    // --- reading ---------------------------------------------------------------------------------------------------

    /** What a node has said. A line that is not understood is left out: it may be of another version. */
    static NodeReport read(SessionInfo session, Instant now) {
        Reading reading = new Reading(session.node(), now);
        for (String line : session.published().split("\n", -1)) {
            try {
                reading.take(Words.split(line));
            } catch (RuntimeException odd) {
                log.debug("node '{}' says what is not understood: '{}'", session.node(), line, odd);
            }
        }
        return reading.report(session);
    }

    /** One text on its way. */
    private static final class Reading {

        private final String node;
        private final Instant now;
        private final List<Held> holds = new ArrayList<>();
        private final List<Awaited> waits = new ArrayList<>();
        private final List<ClusterDeadlock> deadlocks = new ArrayList<>();
        private long number;
        private long heard;
        private DeadlockPolicy policy = DeadlockPolicy.OFF;

        Reading(String node, Instant now) {
            this.node = node;
            this.now = now;
        }

        void take(List<String> line) {
            Iterator<String> words = line.iterator();
            switch (words.next()) {
                case NODE -> node(words);
                case HOLD -> holds.add(held(words));
                case WAIT -> waits.add(awaited(words));
                case DEADLOCK -> deadlocks.add(deadlock(words));
                default -> log.trace("node '{}' says: {}", node, line);
            }
        }

        NodeReport report(SessionInfo session) {
            return new NodeReport(
                    session.id(),
                    node,
                    number,
                    heard,
                    policy,
                    List.copyOf(holds),
                    List.copyOf(waits),
                    List.copyOf(deadlocks));
        }

        private void node(Iterator<String> words) {
            number = Long.parseLong(words.next());
            heard = Long.parseLong(words.next());
            policy = DeadlockPolicy.valueOf(words.next());
        }

        private Held held(Iterator<String> words) {
            String lock = words.next();
            boolean everywhere = words.next().equals(EVERYWHERE);
            int owner = Integer.parseInt(words.next());
            String id = words.next();
            String resource = words.next();
            LockOwner who = LockOwner.named(words.next());
            String thread = orNull(words.next());
            LockMode mode = LockMode.valueOf(words.next());
            int priority = Integer.parseInt(words.next());
            long token = Long.parseLong(words.next());
            Instant since = Instant.parse(words.next());
            String until = words.next();
            LockHolder holder = new LockHolder(
                    resource,
                    who,
                    owner,
                    node,
                    thread,
                    mode,
                    priority,
                    token,
                    since,
                    Describe.ago(since, now),
                    until.isEmpty() ? null : Instant.parse(until),
                    null,
                    orNull(words.next()),
                    method(words.next()),
                    List.of());
            return new Held(holder, lock, everywhere, id);
        }

        private Awaited awaited(Iterator<String> words) {
            String lock = words.next();
            boolean everywhere = words.next().equals(EVERYWHERE);
            int owner = Integer.parseInt(words.next());
            String id = words.next();
            String resource = words.next();
            LockOwner who = LockOwner.named(words.next());
            String thread = orNull(words.next());
            LockMode mode = LockMode.valueOf(words.next());
            int priority = Integer.parseInt(words.next());
            int position = Integer.parseInt(words.next());
            Instant since = Instant.parse(words.next());
            Duration waiting = Describe.ago(since, now);
            String reason = orNull(words.next());
            LockWaiter waiter = new LockWaiter(
                    resource,
                    who,
                    owner,
                    node,
                    thread,
                    mode,
                    priority,
                    position,
                    since,
                    waiting,
                    reason,
                    method(words.next()));
            return new Awaited(waiter, lock, everywhere, id);
        }

        private ClusterDeadlock deadlock(Iterator<String> words) {
            long id = Long.parseLong(words.next());
            Instant at = Instant.parse(words.next());
            boolean standing = words.next().equals(STANDING);
            String victim = words.next();
            List<DeadlockParticipant> participants = new ArrayList<>();
            while (words.hasNext()) {
                participants.add(participant(Words.split(words.next()).iterator()));
            }
            LockOwner given = victim.isEmpty() ? null : LockOwner.named(victim.substring(1));
            return new ClusterDeadlock(node, standing, new DeadlockReport(id, at, participants, given));
        }

        private static DeadlockParticipant participant(Iterator<String> words) {
            LockOwner owner = LockOwner.named(words.next());
            String node = words.next();
            String thread = orNull(words.next());
            String method = orNull(words.next());
            String waitsFor = words.next();
            LockMode mode = LockMode.valueOf(words.next());
            int priority = Integer.parseInt(words.next());
            Instant since = Instant.parse(words.next());
            String blockedBy = words.next();
            Map<String, LockMode> holds = new HashMap<>();
            while (words.hasNext()) {
                holds.put(words.next(), LockMode.valueOf(words.next()));
            }
            return new DeadlockParticipant(
                    owner, node, thread, method, waitsFor, mode, priority, since, blockedBy, holds, List.of());
        }

        private static Map<String, String> method(String name) {
            return name.isEmpty() ? Map.of() : Map.of(LockRequest.METHOD, name);
        }

        private static @Nullable String orNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }
}
