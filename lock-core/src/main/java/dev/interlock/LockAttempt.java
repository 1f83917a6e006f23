package dev.interlock;

import java.time.Duration;

/**
 * What was attempted when something went wrong.
 *
 * @param resource what was to be locked
 * @param mode how
 * @param owner by whom
 * @param elapsed how long the attempt, or the hold, had lasted
 */
public record LockAttempt(String resource, LockMode mode, LockOwner owner, Duration elapsed) {}
