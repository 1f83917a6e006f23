/** Everything behind the API. Only {@link dev.interlock.engine.InterlockManager} and its builder are for users. */
@NullMarked
package dev.interlock.engine;

import org.jspecify.annotations.NullMarked;
