package dev.interlock.spring.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The words for backends. A word that means nothing here fails the start: a local lock in its place would go unnoticed. */
final class BackendWords {

    static final String PROPERTY = "interlock.backend";
    static final String DISTRIBUTED_PROPERTY = "interlock.distributed.backend";

    private static final String MEMORY = LockBackends.MEMORY;
    private static final String REGISTRY = "registry";
    private static final List<String> LATER = List.of("redis", "zookeeper");

    /** What a backend needs that is not a part of every application. */
    private static final Map<String, String> MODULES = Map.of(
            "jdbc", "dev.interlock:lock-jdbc", REGISTRY, "org.springframework.integration:spring-integration-core");

    private final Collection<String> present;

    /** Those that are there, besides memory. */
    BackendWords(Collection<String> present) {
        this.present = present;
    }

    /**
     * Refuses backends that cannot be had.
     *
     * @throws LockConfigurationException with what can be had instead
     */
    void check(InterlockProperties properties) {
        LockBackends asked = LockBackends.of(properties);
        check(PROPERTY, asked.backend());
        check(DISTRIBUTED_PROPERTY, asked.distributedBackend());
        if (!asked.backend().equals(MEMORY) && asked.distributedBackend().equals(MEMORY)) {
            throw new LockConfigurationException(
                    PROPERTY + " is '" + asked.backend() + "', which reaches other processes, but "
                            + DISTRIBUTED_PROPERTY + " is 'memory', which does not",
                    "Remove " + DISTRIBUTED_PROPERTY + ": distributed locks then live where all locks do.");
        }
        if (asked.use(REGISTRY) && properties.integration().lockRegistry()) {
            throw new LockConfigurationException(
                    "the backend 'registry' takes its locks from the application's LockRegistry, and"
                            + " interlock.integration.lock-registry makes Interlock this LockRegistry: each would wait for the"
                            + " other",
                    "Remove interlock.integration.lock-registry, or choose another backend.");
        }
    }

    private void check(String property, String word) {
        if (word.equals(MEMORY) || present.contains(word)) {
            return;
        }
        if (MODULES.containsKey(word)) {
            throw new LockConfigurationException(
                    property + " is '" + word + "', and " + MODULES.get(word) + " is not on the class path",
                    "Add the dependency " + MODULES.get(word) + ", or choose another backend: " + known() + ".");
        }
        if (LATER.contains(word)) {
            throw new LockConfigurationException(
                    property + " is '" + word + "', and this version does not have that backend; it has: " + known(),
                    "Choose one of those.");
        }
        throw new LockConfigurationException(
                property + " is '" + word + "', which is no backend; this version has: " + known(), guess(word));
    }

    private String guess(String word) {
        List<String> all = new ArrayList<>(MODULES.keySet());
        all.addAll(present);
        all.addAll(LATER);
        all.add(MEMORY);
        return Nearest.to(word, all).map(near -> "Did you mean '" + near + "'?").orElse("Choose one of those.");
    }

    private String known() {
        TreeSet<String> words = new TreeSet<>(present);
        words.add(MEMORY);
        return String.join(", ", words);
    }
}
