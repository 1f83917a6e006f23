package dev.interlock.sample.accounts;

import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.math.BigDecimal;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Reads share an account; whatever changes it has it alone. */
@Service
public class AccountService {

    private final JdbcClient database;

    AccountService(JdbcClient database) {
        this.database = database;
    }

    /** The account, while nobody changes it. */
    @ReadLock(value = "account", key = "#id", timeout = "2s")
    public Account account(long id) {
        return find(id);
    }

    /** All accounts, each of them as it stands. */
    public List<Account> accounts() {
        return database.sql("select id, owner, balance from account order by id")
                .query(Account.class)
                .list();
    }

    /** Puts money into an account. The lock is held until the transaction has committed. */
    @Transactional
    @WriteLock(value = "account", key = "#id", reason = "deposit")
    public Account deposit(long id, BigDecimal amount) {
        add(id, Amounts.checked(amount));
        return find(id);
    }

    /**
     * Moves money. Both accounts are locked together and always in the same order, so that two transfers in opposite directions
     * never wait for each other.
     */
    @Transactional
    @WriteLock(value = "account", key = "#transfer.from", reason = "transfer")
    @WriteLock(value = "account", key = "#transfer.to", reason = "transfer")
    public List<Account> transfer(Transfer transfer) {
        Account from = find(transfer.from());
        if (from.balance().compareTo(transfer.amount()) < 0) {
            throw new InsufficientFundsException(from, transfer.amount());
        }
        add(transfer.from(), transfer.amount().negate());
        add(transfer.to(), transfer.amount());
        return List.of(find(transfer.from()), find(transfer.to()));
    }

    private Account find(long id) {
        return database.sql("select id, owner, balance from account where id = ?")
                .param(id)
                .query(Account.class)
                .optional()
                .orElseThrow(() -> new UnknownAccountException(id));
    }

    /** Reads and writes in two steps, as only somebody may who is alone. */
    private void add(long id, BigDecimal amount) {
        BigDecimal balance = find(id).balance();
        database.sql("update account set balance = ? where id = ?")
                .param(balance.add(amount))
                .param(id)
                .update();
    }
}
