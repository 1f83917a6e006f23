/**
 * The API of Interlock: named read and write locks that can be seen, trusted and tuned.
 *
 * <p>Begin with {@link dev.interlock.LockManager}, which {@code InterlockManager.builder()} makes. A lock is asked for with
 * a {@link dev.interlock.LockRequest} and held through a {@link dev.interlock.LockHandle}.
 */
@NullMarked
package dev.interlock;

import org.jspecify.annotations.NullMarked;
