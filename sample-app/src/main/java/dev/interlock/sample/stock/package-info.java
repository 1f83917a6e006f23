/** Stock, and reservations of it. */
@NullMarked
package dev.interlock.sample.stock;

import org.jspecify.annotations.NullMarked;
