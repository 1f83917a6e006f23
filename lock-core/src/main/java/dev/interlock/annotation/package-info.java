/** Locks on methods: what a framework that finds these annotations takes around the call. */
@NullMarked
package dev.interlock.annotation;

import org.jspecify.annotations.NullMarked;
