/** Deadlocks: what is reported of them, and the search for them in graphs of waits. */
@NullMarked
package dev.interlock.deadlock;

import org.jspecify.annotations.NullMarked;
