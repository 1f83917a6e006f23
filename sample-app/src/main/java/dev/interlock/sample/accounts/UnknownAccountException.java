package dev.interlock.sample.accounts;

/** There is no such account. */
public class UnknownAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownAccountException(long id) {
        super("there is no account " + id);
    }
}
