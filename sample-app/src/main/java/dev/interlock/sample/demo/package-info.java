/** A bench for trying locks by hand. */
@NullMarked
package dev.interlock.sample.demo;

import org.jspecify.annotations.NullMarked;
