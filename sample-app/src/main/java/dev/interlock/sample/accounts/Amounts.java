package dev.interlock.sample.accounts;

import java.math.BigDecimal;

/** What can be paid. */
final class Amounts {

    private static final BigDecimal MOST = new BigDecimal(1_000_000);

    private Amounts() {}

    /** Answers with the amount if it can be paid. */
    static BigDecimal checked(BigDecimal amount) {
        if (amount.signum() <= 0 || amount.compareTo(MOST) > 0 || amount.scale() > 2) {
            throw new IllegalArgumentException(
                    "the amount is " + amount + "; use 0.01 to " + MOST + ", with two decimals at the most");
        }
        return amount;
    }
}
