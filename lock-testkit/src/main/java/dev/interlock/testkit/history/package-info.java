/** Histories of holds, and the proof that nothing in them breaks the promises of a lock. */
@NullMarked
package dev.interlock.testkit.history;

import org.jspecify.annotations.NullMarked;
