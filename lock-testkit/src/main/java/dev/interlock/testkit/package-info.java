/** The contracts that locks and stores keep, and help for the tests of users. */
@NullMarked
package dev.interlock.testkit;

import org.jspecify.annotations.NullMarked;
