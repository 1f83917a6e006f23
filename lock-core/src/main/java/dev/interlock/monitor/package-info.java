/** Who holds, who waits, for how long: the answers of {@link dev.interlock.monitor.LockMonitor}. */
@NullMarked
package dev.interlock.monitor;

import org.jspecify.annotations.NullMarked;
