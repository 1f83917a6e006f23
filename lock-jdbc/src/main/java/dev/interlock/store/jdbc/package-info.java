/** Locks that meet in a database: H2, PostgreSQL, MariaDB, MySQL, and others by a {@link dev.interlock.store.jdbc.Dialect}. */
@NullMarked
package dev.interlock.store.jdbc;

import org.jspecify.annotations.NullMarked;
