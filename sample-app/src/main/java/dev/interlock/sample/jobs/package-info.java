/** What is done at night. */
@NullMarked
package dev.interlock.sample.jobs;

import org.jspecify.annotations.NullMarked;
