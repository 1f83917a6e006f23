/** The meters of the locks. */
@NullMarked
package dev.interlock.spring.metrics;

import org.jspecify.annotations.NullMarked;
