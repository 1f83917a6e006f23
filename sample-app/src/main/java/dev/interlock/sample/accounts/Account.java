package dev.interlock.sample.accounts;

import java.math.BigDecimal;

/** An account as it stands. */
public record Account(long id, String owner, BigDecimal balance) {}
