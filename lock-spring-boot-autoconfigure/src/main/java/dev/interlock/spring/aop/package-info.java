/**
 * Locks around annotated methods. The way is one way: annotation → {@link dev.interlock.spring.aop.LockSpec} →
 * {@link dev.interlock.spring.aop.LockedMethod}, read once for each method → request → hold, for as long as the method's result
 * takes to be there.
 */
@NullMarked
package dev.interlock.spring.aop;

import org.jspecify.annotations.NullMarked;
