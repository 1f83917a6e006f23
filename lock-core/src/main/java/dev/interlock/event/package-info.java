/** What happens to locks, as sealed records, and who listens. */
@NullMarked
package dev.interlock.event;

import org.jspecify.annotations.NullMarked;
