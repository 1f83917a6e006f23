/** The sample as its users see it: over HTTP. */
@NullMarked
package dev.interlock.sample;

import org.jspecify.annotations.NullMarked;
