package dev.interlock.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * The application asks for locks in a way that cannot work. It is thrown while the application starts, and its start then
 * fails with what is wrong and what to do.
 */
public class LockConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * Something that cannot work.
     *
     * @param problem what is wrong, and where
     * @param action what the user can do
     */
    public LockConfigurationException(String problem, String action) {
        this(problem, action, null);
    }

    /** Something that cannot work, because of something else. */
    public LockConfigurationException(String problem, String action, @Nullable Throwable cause) {
        super(problem, cause);
        this.action = action;
    }

    /** What the user can do. */
    public String action() {
        return action;
    }
}
