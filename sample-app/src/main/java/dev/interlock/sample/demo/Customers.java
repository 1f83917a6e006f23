package dev.interlock.sample.demo;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.sample.accounts.AccountService;
import dev.interlock.sample.accounts.InsufficientFundsException;
import dev.interlock.sample.accounts.Transfer;
import dev.interlock.sample.stock.Order;
import dev.interlock.sample.stock.Reservation;
import dev.interlock.sample.stock.StockService;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** What customers and staff come for: mostly to look, now and then to change something, rarely for long. */
@Component
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class Customers {

    private static final List<String> SKUS = List.of("lamp", "desk", "chair", "screw");
    private static final BigDecimal COIN = BigDecimal.ONE;

    private final LockManager locks;
    private final AccountService accounts;
    private final StockService stock;

    Customers(LockManager locks, AccountService accounts, StockService stock) {
        this.locks = locks;
        this.accounts = accounts;
        this.stock = stock;
    }

    /** How a visit ended. */
    enum Outcome {
        SERVED,
        BUSY,
        REFUSED
    }

    /** One visit. A lock that could not be had in time, or was taken away, ends that visit and not the traffic. */
    Outcome visit() throws InterruptedException {
        try {
            return choose(ThreadLocalRandom.current().nextInt(200));
        } catch (InsufficientFundsException tooPoor) {
            return Outcome.REFUSED;
        } catch (LockException busy) {
            return Outcome.BUSY;
        }
    }

    private Outcome choose(int dice) throws InterruptedException {
        if (dice < 80) {
            accounts.account(account());
        } else if (dice < 120) {
            stock.available(sku());
        } else if (dice < 150) {
            accounts.transfer(new Transfer(account(), account(), COIN));
        } else if (dice < 175) {
            return order();
        } else {
            return byHand(dice);
        }
        return Outcome.SERVED;
    }

    /** What was reserved is delivered again, so that the shelves do not run empty. */
    private Outcome order() {
        String sku = sku();
        Reservation reservation = stock.reserve(new Order(List.of(new Order.Line(sku, 1))));
        if (reservation.done()) {
            stock.deliver(sku, 1);
            return Outcome.SERVED;
        }
        return reservation.left().isEmpty() ? Outcome.BUSY : Outcome.REFUSED;
    }

    private Outcome byHand(int dice) throws InterruptedException {
        if (dice < 190) {
            work(
                    locks.write("account:" + account()).reason("audit"),
                    ThreadLocalRandom.current().nextInt(10, 80));
        } else if (dice < 199) {
            LockRequest hurried = locks.write("stock:" + sku()).timeout(Duration.ofMillis(5));
            work(hurried.reason("a look behind the shelf"), 5);
        } else {
            work(locks.write("stock:" + sku()).reason("stocktaking"), 1_200);
        }
        return Outcome.SERVED;
    }

    private static void work(LockRequest request, int millis) throws InterruptedException {
        try (LockHandle held = request.acquire()) {
            Thread.sleep(millis);
            held.ensureHeld();
        }
    }

    private static int account() {
        return ThreadLocalRandom.current().nextInt(1, 4);
    }

    private static String sku() {
        return SKUS.get(ThreadLocalRandom.current().nextInt(SKUS.size()));
    }
}
