/** Processes that contend for locks, are killed and stopped meanwhile, and the proof that nothing was broken. */
@NullMarked
package dev.interlock.testkit.process;

import org.jspecify.annotations.NullMarked;
