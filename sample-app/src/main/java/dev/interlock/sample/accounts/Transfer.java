package dev.interlock.sample.accounts;

import java.math.BigDecimal;

/** Money on its way from one account to another. */
public record Transfer(long from, long to, BigDecimal amount) {}
