/** Locks that reach all processes of one machine, by files in a directory. */
@NullMarked
package dev.interlock.store.file;

import org.jspecify.annotations.NullMarked;
