package dev.interlock.spi;

import java.util.Objects;

/**
 * Names one record in a store.
 *
 * @param resource the resource, exactly as the user wrote it
 */
public record RecordKey(String resource) {

    /** Refuses nothing but {@code null}: whether a name is good has been decided before. */
    public RecordKey {
        Objects.requireNonNull(resource, "the resource is null");
    }
}
