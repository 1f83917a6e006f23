/** The locks of Spring Integration, for a service on its way from there. */
@NullMarked
package dev.interlock.sample.registry;

import org.jspecify.annotations.NullMarked;
