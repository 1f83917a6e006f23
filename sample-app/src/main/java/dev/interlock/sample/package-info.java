/** A small bank and warehouse whose services are kept apart by locks. */
@NullMarked
package dev.interlock.sample;

import org.jspecify.annotations.NullMarked;
