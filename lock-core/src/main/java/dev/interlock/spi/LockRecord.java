package dev.interlock.spi;

import dev.interlock.LockMode;
import java.time.Instant;
import java.util.List;

/**
 * What a store keeps for one resource: which nodes hold it, which wait for it, and the last fencing token. Small, immutable,
 * and replaced as a whole. A resource without a record is one that nobody holds, that nobody waits for, and whose tokens begin
 * above the store's floor.
 *
 * @param key the resource
 * @param token the highest fencing token given out so far
 * @param leases the nodes that hold it: one exclusively, or any number shared
 * @param claims the nodes that wait for it, in order of arrival
 */
public record LockRecord(RecordKey key, long token, List<Lease> leases, List<Claim> claims) {

    /** Copies what could change. */
    public LockRecord {
        leases = List.copyOf(leases);
        claims = List.copyOf(claims);
    }

    /**
     * A node's hold on a resource, on behalf of its own holders.
     *
     * @param node the node's session
     * @param mode how it holds
     * @param firstToken the first of the tokens that the node may hand out under this lease
     * @param lastToken the last of them
     * @param until when the lease ends by the store's clock, even if the session lives
     */
    public record Lease(String node, LockMode mode, long firstToken, long lastToken, Instant until) {}

    /**
     * A node's wish for a resource.
     *
     * @param node the node's session
     * @param mode how it wants to hold
     * @param priority the highest priority among its waiters
     * @param since since when, by the store's clock
     */
    public record Claim(String node, LockMode mode, int priority, Instant since) {}
}
