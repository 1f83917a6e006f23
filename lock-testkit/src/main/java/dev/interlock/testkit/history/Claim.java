package dev.interlock.testkit.history;

import dev.interlock.LockMode;

/**
 * What a holder was told when it asked for its hold, or extended it.
 *
 * @param resource what it held
 * @param mode how it held it
 * @param owner who asked
 * @param token the token of the hold
 * @param asked when it asked, read before asking
 * @param held whether it was told that it still held, or that the hold was extended
 */
public record Claim(String resource, LockMode mode, String owner, long token, long asked, boolean held) {}
