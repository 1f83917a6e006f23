/** What can be plugged into the engine: time, and stores that reach other processes. */
@NullMarked
package dev.interlock.spi;

import org.jspecify.annotations.NullMarked;
