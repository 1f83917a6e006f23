package dev.interlock.spi;

import dev.interlock.LockMode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a store keeps for one resource: which nodes hold it, which wait for it, and the last fencing token. Small, immutable,
 * and replaced as a whole.
 *
 * <p>A resource without a record is one that nobody holds and nobody waits for. Its tokens begin with the store's time in
 * microseconds, which is higher than any token it had when it had a record: so records that have been idle for some seconds can be
 * cleared away.
 *
 * @param key the resource
 * @param version set by the store, another one for each replacement, and never the same again even after the record was gone
 * @param token the highest fencing token given out so far
 * @param leases the nodes that hold it: one exclusively, or any number shared
 * @param claims the nodes that wait for it, the next one first
 */
public record LockRecord(RecordKey key, long version, long token, List<Lease> leases, List<Claim> claims) {

    /** Copies what could change. */
    public LockRecord {
        Objects.requireNonNull(key, "the key is null");
        leases = List.copyOf(leases);
        claims = List.copyOf(claims);
    }

    /** Whether nobody holds the resource or waits for it. */
    public boolean isIdle() {
        return leases.isEmpty() && claims.isEmpty();
    }

    /** The same record under the version that the store gives it. */
    public LockRecord withVersion(long number) {
        return new LockRecord(key, number, token, leases, claims);
    }

    /**
     * A node's hold on a resource, on behalf of its own holders.
     *
     * @param session the node's session
     * @param node the node, for people
     * @param who the owner for whom it was taken, for people
     * @param mode how it holds
     * @param firstToken the first of the tokens that the node may hand out under this lease
     * @param lastToken the last of them
     * @param since since when, by the store's clock
     * @param until when the lease ends by the store's clock, even if the session lives; {@code null} for no sooner than that
     */
    public record Lease(
            String session,
            String node,
            String who,
            LockMode mode,
            long firstToken,
            long lastToken,
            Instant since,
            @Nullable Instant until) {}

    /**
     * A node's wish for a resource.
     *
     * @param session the node's session
     * @param node the node, for people
     * @param who the owner who waits longest there, for people
     * @param mode how it wants to hold
     * @param rank its place among the claims, the smallest first: the time of arrival in microseconds by the store's clock, less
     *     what its priority is worth
     * @param since since when, by the store's clock
     */
    public record Claim(String session, String node, String who, LockMode mode, long rank, Instant since) {}
}
