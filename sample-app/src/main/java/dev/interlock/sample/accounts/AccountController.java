package dev.interlock.sample.accounts;

import java.math.BigDecimal;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Accounts over HTTP. */
@RestController
class AccountController {

    private final AccountService accounts;

    AccountController(AccountService accounts) {
        this.accounts = accounts;
    }

    @GetMapping("/accounts")
    List<Account> all() {
        return accounts.accounts();
    }

    @GetMapping("/accounts/{id}")
    Account one(@PathVariable long id) {
        return accounts.account(id);
    }

    @PostMapping("/accounts/{id}/deposit")
    Account deposit(@PathVariable long id, @RequestParam BigDecimal amount) {
        return accounts.deposit(id, amount);
    }

    @PostMapping("/transfers")
    List<Account> transfer(@RequestParam long from, @RequestParam long to, @RequestParam BigDecimal amount) {
        return accounts.transfer(new Transfer(from, to, amount));
    }

    @ExceptionHandler
    ProblemDetail unknown(UnknownAccountException unknown) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, unknown.getMessage());
    }

    @ExceptionHandler
    ProblemDetail tooPoor(InsufficientFundsException tooPoor) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, tooPoor.getMessage());
    }
}
