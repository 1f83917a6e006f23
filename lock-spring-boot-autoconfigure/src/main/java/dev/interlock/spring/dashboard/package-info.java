/** The page that a browser sees of the locks. */
@NullMarked
package dev.interlock.spring.dashboard;

import org.jspecify.annotations.NullMarked;
