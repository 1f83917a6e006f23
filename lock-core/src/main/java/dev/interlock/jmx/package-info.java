/** A lock manager in JMX. */
@NullMarked
package dev.interlock.jmx;

import org.jspecify.annotations.NullMarked;
