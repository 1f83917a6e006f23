package dev.interlock.spring.autoconfigure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words for backends. A word that means nothing here fails the start: a local lock in its place would go unnoticed. */
final class BackendWords {

    private static final String PROPERTY = "interlock.backend";
    private static final String DISTRIBUTED_PROPERTY = "interlock.distributed.backend";

    private static final String MEMORY = LockBackends.MEMORY;
    private static final List<String> KNOWN = List.of(MEMORY, "file", "jdbc", "redis", "zookeeper", "registry");

    private BackendWords() {}

    /**
     * Refuses backends that cannot be had.
     *
     * @throws LockConfigurationException with what can be had instead
     */
    static void check(InterlockProperties properties) {
        check(PROPERTY, properties.backend(), "Set " + PROPERTY + "=memory: the locks then hold within this process.");
        check(
                DISTRIBUTED_PROPERTY,
                properties.distributed().backend(),
                "Set " + DISTRIBUTED_PROPERTY
                        + "=memory if this process is the only one. Or leave it out: a distributed"
                        + " lock is then refused where it is asked for.");
    }

    private static void check(String property, @Nullable String word, String wayOut) {
        if (word == null || word.equals(MEMORY)) {
            return;
        }
        if (KNOWN.contains(word)) {
            throw new LockConfigurationException(
                    property + " is '" + word + "', and this version does not have that backend; it has: " + MEMORY,
                    wayOut);
        }
        String guess = Nearest.to(word, KNOWN)
                .map(near -> "Did you mean '" + near + "'? ")
                .orElse("");
        throw new LockConfigurationException(
                property + " is '" + word + "', which is no backend; this version has: " + MEMORY, guess + wayOut);
    }
}
