/** Interlock measured beside others, in one run. */
@NullMarked
package dev.interlock.benchmarks;

import org.jspecify.annotations.NullMarked;
