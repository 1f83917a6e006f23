/** An application that shows the locks at work. */
@NullMarked
package dev.interlock.sample;

import org.jspecify.annotations.NullMarked;
