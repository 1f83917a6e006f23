package dev.interlock.sample.accounts;

import java.math.BigDecimal;

/** Money on its way from one account to another, which may be the same. */
public record Transfer(long from, long to, BigDecimal amount) {

    /** A transfer of an amount that can be paid. */
    public Transfer {
        Amounts.checked(amount);
    }
}
