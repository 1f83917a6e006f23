/** Accounts, and transfers between them. */
@NullMarked
package dev.interlock.sample.accounts;

import org.jspecify.annotations.NullMarked;
