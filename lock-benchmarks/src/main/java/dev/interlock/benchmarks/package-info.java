/** Measurements of the locks against those of others. */
@NullMarked
package dev.interlock.benchmarks;

import org.jspecify.annotations.NullMarked;
