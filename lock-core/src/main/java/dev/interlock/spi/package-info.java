/** What can be plugged into the engine: time, and later stores. */
@NullMarked
package dev.interlock.spi;

import org.jspecify.annotations.NullMarked;
