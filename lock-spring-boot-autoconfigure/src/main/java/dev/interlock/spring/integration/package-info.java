/** Interlock beside Spring Integration: its lock registries as a backend, and Interlock as its lock registry. */
@NullMarked
package dev.interlock.spring.integration;

import org.jspecify.annotations.NullMarked;
