package dev.interlock.annotation;

import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.ResourceBusyException;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method has a resource to itself among all processes that share the backend for distributed locks.
 *
 * <pre>{@code
 * @Scheduled(cron = "0 0 2 * * *")
 * @DistributedLock(value = "nightly-report", timeout = "0s", holdAtLeast = "1m", onTimeout = OnTimeout.SKIP)
 * public void report() { … }
 * }</pre>
 *
 * <p>On a class or an interface it holds for all public methods that have no lock annotation of their own. It may stand on an
 * annotation of yours. Several on one method are taken together, all or none, in an order in which callers cannot meet head-on.
 */
@Documented
@Inherited
@Repeatable(DistributedLock.List.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface DistributedLock {

    /** The type of the resource, such as {@code account}; without a {@link #key} it is the whole name of the resource. */
    String value();

    /**
     * An expression over the method's arguments, such as {@code #id} or {@code #order.customer.id}; the resource is then
     * {@code value:key}. Besides the arguments there are {@code #root.method}, {@code #root.target}, {@code #root.args} and beans
     * ({@code @regions.of(#id)}). It is evaluated once, before the method. A collection or an array locks each of its elements;
     * without any there is nothing to lock. Null, and blank text, are errors.
     */
    String key() default "";

    /** How: alone, or shared with others that read. */
    LockMode mode() default LockMode.WRITE;

    /** How long to wait at the most: {@code 5s}, {@code PT5S}, {@code 250ms} or <code>${property}</code>; {@code 0s} for not at all. */
    String timeout() default "";

    /** How long the lock lasts at the most, even if the method goes on. */
    String lease() default "";

    /** How long the lock stays at the least, even if the method is done sooner; for jobs that several nodes start at about one time. */
    String holdAtLeast() default "";

    /** From 1 to 10, the higher first; 0 for what is configured for the type, which is 5 by default. */
    int priority() default 0;

    /** Why, for people who look at holders and waiters. */
    String reason() default "";

    /**
     * Whether the call fails with {@link ResourceBusyException} while somebody else writes what the resource depends on, as declared
     * with {@link LockManager#dependencies()}: a look when the lock has been acquired, see {@link LockRequest#checkDependencies()}.
     * It is no timeout: {@link #onTimeout} does not concern it, and {@link #fallback} is called for it if it takes that exception.
     */
    boolean checkDependencies() default false;

    /** What becomes of the call when the time is up. */
    OnTimeout onTimeout() default OnTimeout.THROW;

    /**
     * A method of the same class to be called instead when the time is up. It has the same parameters and result, and may take
     * the exception as one more parameter at the end; the type of that parameter then says which failures to get the lock it is
     * called for.
     */
    String fallback() default "";

    /** Several on one method or class; they are taken together. */
    @Documented
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.TYPE})
    @interface List {
        /** Each of them. */
        DistributedLock[] value();
    }
}
