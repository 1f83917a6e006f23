/** Locks on entities by type and id. */
@NullMarked
package dev.interlock.entity;

import org.jspecify.annotations.NullMarked;
