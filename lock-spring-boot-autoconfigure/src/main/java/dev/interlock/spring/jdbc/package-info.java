/** Locks that live in a database of the application. */
@NullMarked
package dev.interlock.spring.jdbc;

import org.jspecify.annotations.NullMarked;
