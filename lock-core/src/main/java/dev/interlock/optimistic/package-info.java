/** Changes without a lock: version stamps, and operations that are tried again when somebody else was faster. */
@NullMarked
package dev.interlock.optimistic;

import org.jspecify.annotations.NullMarked;
