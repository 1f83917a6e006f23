package dev.interlock.annotation;

import dev.interlock.OptimisticConflictException;
import dev.interlock.optimistic.OptimisticLocks;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method is an operation on a resource that keeps nobody out: it is done again, as a whole, when somebody else was faster.
 *
 * <pre>{@code
 * @Optimistic(value = "document", key = "#id", kind = "STRUCTURAL")
 * @Transactional
 * public void publish(long id) { … }
 * }</pre>
 *
 * <p>A conflict is an {@link OptimisticConflictException}, or what Spring's data access calls an optimistic locking failure. If the
 * method has a transaction, that commits only if the resource is still what it was when this try began, and otherwise is rolled back
 * and done again; so what was read and written in it is protected among all methods that name this resource in the same way. Without
 * a transaction only those conflicts count that are thrown inside.
 *
 * <p>A method that is done again must be one that can be: what it does besides its transaction happens as often as it is tried. It is
 * outside of locks and of the transaction: each try takes its locks and begins its transaction anew, and nothing is held in between.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface Optimistic {

    /** The type of the resource, such as {@code document}; without a {@link #key} it is the whole name of the resource. */
    String value();

    /**
     * An expression over the method's arguments, such as {@code #id} or {@code #order.customer.id}; the resource is then
     * {@code value:key}. It is evaluated once, before the first try, and yields one key: a collection, null and blank text are errors.
     */
    String key() default "";

    /**
     * What kind of operation it is, by name: {@code STRUCTURAL}, {@code NORMAL}, {@code LOW}, or one that is configured. It says how
     * important the operation is, and how often it is tried again.
     */
    String kind() default "NORMAL";

    /**
     * How long it may take altogether, from the call until its last try commits: {@code 5s}, {@code PT5S}, {@code 250ms} or
     * <code>${property}</code>; as long as its retries last by default.
     */
    String timeout() default "";

    /** How often it is tried again; -1 for as often as its kind says. */
    int retries() default -1;

    /** Whether the stamp of the resource is kept where distributed locks are; by default it is where plain locks are. */
    boolean distributed() default false;

    /** What becomes of the call when it has been tried to the end. */
    OnConflict onConflict() default OnConflict.THROW;

    /**
     * A method of the same class to be called instead when it has been tried to the end. It has the same parameters and result, and
     * may take the {@link OptimisticConflictException} as one more parameter at the end.
     *
     * @see OptimisticLocks
     */
    String fallback() default "";
}
