package dev.interlock.sample.accounts;

import java.math.BigDecimal;

/** There is less in the account than is to be taken out. */
public class InsufficientFundsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InsufficientFundsException(Account account, BigDecimal amount) {
        super("account " + account.id() + " has " + account.balance() + ", which is less than " + amount);
    }
}
