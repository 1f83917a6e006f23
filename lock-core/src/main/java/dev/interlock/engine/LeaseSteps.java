package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules of leases: everything that can happen to a {@link LockRecord}, as pure functions.
 *
 * <p><b>Order.</b> Whoever cannot have the resource leaves a claim. Claims go by rank, which is the time at which the waiter came,
 * by the store's clock, less what its priority is worth: so all waiters of all nodes stand in one queue, and every change lets go
 * from its front as many claims as fit together. A newcomer is one more claim, and passes nobody.
 *
 * <p><b>Tokens.</b> A lease comes with a block of tokens, for a node hands the resource on among its own without asking again;
 * what is not used is left out. A block begins above all those before and not below the store's time in microseconds. The record
 * alone would do; the time is for a record that has been lost: swept as idle, restored from a backup, or made once more by a node
 * that was asleep while it came and went.
 *
 * <p><b>The dead.</b> What belongs to a session that has ended, and a lease whose time is up, counts for nothing and is dropped by
 * the next change.
 *
 * <p>Each step that a node takes for itself may be taken twice, after an answer was lost: the second time it finds its own mark.
 */
final class LeaseSteps {

    /**
     * What a node wants.
     *
     * @param who the owner for whom, for people
     * @param headStart by how many microseconds it goes before one that comes now
     * @param lasting how long the lease is needed, if it is to end although the session lives
     */
    record Wish(
            String who,
            LockMode mode,
            long headStart,
            @Nullable Duration lasting) {}

    /**
     * Who takes the step.
     *
     * @param block how many tokens come with a lease
     * @param floor a token that it knows to have been given out
     */
    record Node(String session, String name, int block, long floor) {}

    /**
     * What a node is answered.
     *
     * @param lease its lease, if it has one now
     * @param claimed whether it has a claim now
     * @param unchanged whether it was left as it was, because others came first
     * @param over whether its session has ended, so that it has neither
     */
    record Answer(@Nullable Lease lease, boolean claimed, boolean unchanged, boolean over) {

        static final Answer OVER = new Answer(null, false, true, true);

        boolean granted() {
            return lease != null;
        }
    }

    private LeaseSteps() {}

    /**
     * Gives back the lease that the node has, if it has one, and takes the one that it wants, if it wants one. If it cannot be had
     * the node leaves a claim, or not.
     */
    static Step<Answer> exchange(RecordKey key, Node node, @Nullable Wish wish, boolean claim) {
        return (current, view) -> {
            Draft draft = new Draft(key, node, current, view);
            draft.dropDead();
            draft.giveBack();
            Claim mine = draft.takeOutClaim();
            if (wish != null) {
                draft.claim(wish, mine);
            }
            draft.letGo();
            if (wish != null) {
                draft.stamp(wish);
                if (!claim) {
                    draft.takeOutClaim();
                    draft.letGo();
                }
            }
            if (draft.own() != null && draft.isOver()) {
                return Change.none(Answer.OVER);
            }
            return draft.change();
        };
    }

    /**
     * Gets more tokens for the lease that the node has and goes on using.
     *
     * @param force even if others wait that came before
     */
    static Step<Answer> renew(RecordKey key, Node node, Wish wish, boolean force) {
        return (current, view) -> {
            Draft draft = new Draft(key, node, current, view);
            if (draft.isOver()) {
                return Change.none(Answer.OVER);
            }
            Lease own = draft.own();
            if (own == null || (!force && draft.mustYield(own, wish))) {
                return Change.none(draft.answerAsItWas(own == null));
            }
            draft.dropDead();
            draft.renew(own, wish);
            draft.letGo();
            return draft.change();
        };
    }

    /** Says until when the node needs its lease although its session may live longer; {@code null} for as long as the session. */
    static Step<Answer> cover(RecordKey key, Node node, @Nullable Duration lasting) {
        return (current, view) -> {
            Draft draft = new Draft(key, node, current, view);
            Lease own = draft.own();
            if (own == null) {
                return Change.none(draft.answerAsItWas(true));
            }
            draft.replace(own, lasting(own, lasting, view));
            return draft.change();
        };
    }

    /** Turns the node's exclusive lease into a shared one. */
    static Step<Answer> share(RecordKey key, Node node) {
        return (current, view) -> {
            Draft draft = new Draft(key, node, current, view);
            Lease own = draft.own();
            if (own == null || own.mode() == LockMode.READ) {
                return Change.none(draft.answerAsItWas(own == null));
            }
            draft.dropDead();
            draft.replace(own, inMode(own, LockMode.READ));
            draft.letGo();
            return draft.change();
        };
    }

    /** Takes the leases away from all these sessions; answers those that were taken. */
    static Step<List<Lease>> evict(RecordKey key, Node node, Predicate<Lease> which) {
        return (current, view) -> {
            Draft draft = new Draft(key, node, current, view);
            draft.dropDead();
            List<Lease> evicted = draft.leases.stream().filter(which).toList();
            draft.leases.removeAll(evicted);
            draft.letGo();
            evicted.forEach(each -> draft.tell.add(each.session()));
            return new Change<>(draft.change().next(), evicted, draft.tell);
        };
    }

    /** Drops what belongs to the dead, and lets go who waited for them; answers how many leases were dropped. */
    static Step<Integer> bury(RecordKey key, Node node) {
        return (current, view) -> {
            Draft draft = new Draft(key, node, current, view);
            draft.dropDead();
            draft.letGo();
            return new Change<>(draft.change().next(), draft.dropped, draft.tell);
        };
    }

    /** Whether this lease of another node counts still. */
    static boolean counts(Lease lease, StoreView view) {
        Instant until = lease.until();
        return (until == null || until.isAfter(view.now())) && view.isAlive(lease.session());
    }

    private static Lease inMode(Lease lease, LockMode mode) {
        return new Lease(
                lease.session(),
                lease.node(),
                lease.who(),
                mode,
                lease.firstToken(),
                lease.lastToken(),
                lease.since(),
                lease.until());
    }

    private static Lease lasting(Lease lease, @Nullable Duration lasting, StoreView view) {
        return new Lease(
                lease.session(),
                lease.node(),
                lease.who(),
                lease.mode(),
                lease.firstToken(),
                lease.lastToken(),
                lease.since(),
                lasting == null ? null : view.now().plus(lasting));
    }

    /** A record while a step works on it. */
    private static final class Draft {

        private static final Comparator<Claim> NEXT_FIRST =
                Comparator.comparingLong(Claim::rank).thenComparing(Claim::session);

        private final RecordKey key;
        private final Node node;
        private final StoreView view;
        private final @Nullable LockRecord before;
        private final List<Lease> leases;
        private final List<Claim> claims;
        private final Set<String> tell = new HashSet<>();
        private long token;
        private int dropped;

        Draft(RecordKey key, Node node, @Nullable LockRecord current, StoreView view) {
            this.key = key;
            this.node = node;
            this.view = view;
            this.before = current;
            this.leases = current == null ? new ArrayList<>() : new ArrayList<>(current.leases());
            this.claims = current == null ? new ArrayList<>() : new ArrayList<>(current.claims());
            this.token = current == null ? 0 : current.token();
        }

        @Nullable Lease own() {
            return leases.stream()
                    .filter(each -> each.session().equals(node.session()))
                    .findFirst()
                    .orElse(null);
        }

        /** Others may have been told that the node is dead, whatever it thinks itself. */
        boolean isOver() {
            return !view.isGuess() && !view.isAlive(node.session());
        }

        private boolean isOwn(String session) {
            return session.equals(node.session());
        }

        void dropDead() {
            int had = leases.size();
            leases.removeIf(each -> !isOwn(each.session()) && !counts(each, view));
            claims.removeIf(each -> !isOwn(each.session()) && !view.isAlive(each.session()));
            dropped = had - leases.size();
        }

        void giveBack() {
            leases.removeIf(each -> isOwn(each.session()));
        }

        @Nullable Claim takeOutClaim() {
            for (Claim each : claims) {
                if (isOwn(each.session())) {
                    claims.remove(each);
                    return each;
                }
            }
            return null;
        }

        /** A claim that is repeated keeps its place, unless the new one deserves a better one. */
        void claim(Wish wish, @Nullable Claim mine) {
            long rank = RecordText.micros(view.now()) - wish.headStart();
            if (mine != null && mine.mode() == wish.mode()) {
                rank = Math.min(rank, mine.rank());
            }
            claims.add(new Claim(node.session(), node.name(), wish.who(), wish.mode(), rank, view.now()));
            claims.sort(NEXT_FIRST);
        }

        /** Grants claims from the front, as many as fit together. */
        void letGo() {
            while (!claims.isEmpty() && isFreeFor(claims.get(0).mode())) {
                Claim next = claims.remove(0);
                raiseToken();
                leases.add(new Lease(
                        next.session(),
                        next.node(),
                        next.who(),
                        next.mode(),
                        token + 1,
                        token + node.block(),
                        view.now(),
                        null));
                token += node.block();
                if (!isOwn(next.session())) {
                    tell.add(next.session());
                }
            }
        }

        private boolean isFreeFor(LockMode mode) {
            return leases.isEmpty()
                    || (mode == LockMode.READ && leases.stream().allMatch(each -> each.mode() == LockMode.READ));
        }

        boolean mustYield(Lease own, Wish wish) {
            long rank = RecordText.micros(view.now()) - wish.headStart();
            return claims.stream()
                    .anyMatch(each -> !isOwn(each.session())
                            && each.rank() < rank
                            && (own.mode() == LockMode.WRITE || each.mode() == LockMode.WRITE));
        }

        private void raiseToken() {
            token = Math.max(Math.max(token, node.floor()), RecordText.micros(view.now()));
        }

        void renew(Lease own, Wish wish) {
            raiseToken();
            replace(
                    own,
                    lasting(
                            new Lease(
                                    own.session(),
                                    own.node(),
                                    wish.who(),
                                    own.mode(),
                                    token + 1,
                                    token + node.block(),
                                    own.since(),
                                    null),
                            wish.lasting(),
                            view));
            token += node.block();
        }

        void stamp(Wish wish) {
            Lease own = own();
            if (own != null && wish.lasting() != null) {
                replace(own, lasting(own, wish.lasting(), view));
            }
        }

        void replace(Lease old, Lease fresh) {
            leases.set(leases.indexOf(old), fresh);
        }

        Change<Answer> change() {
            LockRecord next = new LockRecord(key, 0, token, leases, claims);
            boolean same = before == null
                    ? next.isIdle()
                    : next.withVersion(before.version()).equals(before);
            return new Change<>(same ? null : next, answer(), tell);
        }

        private Answer answer() {
            return new Answer(own(), claims.stream().anyMatch(each -> isOwn(each.session())), false, false);
        }

        /** Without a lease if that is gone, or if it brings nothing new. */
        Answer answerAsItWas(boolean gone) {
            Answer answer = answer();
            return new Answer(gone ? null : answer.lease(), answer.claimed(), true, false);
        }
    }
}
