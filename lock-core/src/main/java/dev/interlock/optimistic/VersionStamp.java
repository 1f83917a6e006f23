package dev.interlock.optimistic;

import java.util.Objects;

/**
 * What a resource was at one moment: how often it had been changed, and when for the last time. Two equal stamps of a resource mean
 * that nobody changed it between them.
 *
 * <p>A stamp is a plain value. It may be kept for as long as one likes, sent to a browser and back, and made again from its parts.
 *
 * @param resource the resource
 * @param version a number that grows with each change; zero if there was none. It serves as a fencing token: a storage that remembers
 *     the highest version that wrote to it can refuse a lower one
 * @param nanos when it was changed last, in nanoseconds since 1970 by the clock of the backend; grows with each change too. Of a resource that
 *     nobody has changed: zero, or with stamps in memory when that memory began
 */
public record VersionStamp(String resource, long version, long nanos) implements Comparable<VersionStamp> {

    /** Refuses what no resource ever had. */
    public VersionStamp {
        Objects.requireNonNull(resource, "the resource is null");
        if (resource.isBlank()) {
            throw new IllegalArgumentException("the resource name is blank; name what the stamp is of");
        }
        if (version < 0) {
            throw new IllegalArgumentException(
                    "the version of '" + resource + "' must not be negative, but is " + version);
        }
    }

    /** Whether this is how the resource was before it became like that: by version, and then by time. */
    public boolean isBefore(VersionStamp other) {
        return compareTo(other) < 0;
    }

    /**
     * By version; of equal versions, the earlier time comes first. That compares stamps of one resource.
     *
     * @throws IllegalArgumentException if they are of different resources, which have nothing to do with each other
     */
    @Override
    public int compareTo(VersionStamp other) {
        if (!resource.equals(other.resource)) {
            throw new IllegalArgumentException(
                    "stamps of '" + resource + "' and of '" + other.resource + "' cannot be compared");
        }
        int byVersion = Long.compare(version, other.version);
        return byVersion == 0 ? Long.compare(nanos, other.nanos) : byVersion;
    }

    @Override
    public String toString() {
        return resource + "@" + version;
    }
}
