package dev.interlock.sample.demo;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.sample.accounts.AccountService;
import dev.interlock.sample.accounts.InsufficientFundsException;
import dev.interlock.sample.accounts.Transfer;
import dev.interlock.sample.documents.Author;
import dev.interlock.sample.documents.DocumentService;
import dev.interlock.sample.stock.Order;
import dev.interlock.sample.stock.Reservation;
import dev.interlock.sample.stock.StockService;
import jakarta.annotation.PreDestroy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What customers and staff come for: mostly to look, now and then to change something, rarely for long. */
@Component
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class Customers {

    private static final List<String> SKUS = List.of("lamp", "desk", "chair", "screw");
    private static final BigDecimal COIN = BigDecimal.ONE;
    private static final long NOTICE = 1;

    private static final Logger log = LoggerFactory.getLogger(Customers.class);

    private final LockManager locks;
    private final AccountService accounts;
    private final StockService stock;
    private final DocumentService documents;
    private final Author author;
    private final Duration stocktaking;

    /** What was taken from a shelf and has to go back there. */
    private final Queue<String> taken = new ConcurrentLinkedQueue<>();

    Customers(
            LockManager locks,
            AccountService accounts,
            StockService stock,
            DocumentService documents,
            Author author,
            @Value("${sample.stocktaking}") Duration stocktaking) {
        this.locks = locks;
        this.accounts = accounts;
        this.stock = stock;
        this.documents = documents;
        this.author = author;
        this.stocktaking = stocktaking;
    }

    /** How a visit ended. */
    enum Outcome {
        SERVED,
        BUSY,
        REFUSED
    }

    /**
     * One visit, which is short once it is over for all. A lock that could not be had in time, or was taken away, ends that
     * visit and not the traffic.
     */
    Outcome visit(CountDownLatch over) throws InterruptedException {
        try {
            return choose(ThreadLocalRandom.current().nextInt(220), over);
        } catch (InsufficientFundsException tooPoor) {
            return Outcome.REFUSED;
        } catch (LockException busy) {
            return Outcome.BUSY;
        }
    }

    private Outcome choose(int dice, CountDownLatch over) throws InterruptedException {
        if (dice < 80) {
            accounts.account(account());
        } else if (dice < 120) {
            stock.available(sku());
        } else if (dice < 150) {
            accounts.transfer(new Transfer(account(), account(), COIN));
        } else if (dice < 175) {
            return order(sku());
        } else if (dice < 200) {
            return byHand(dice, over);
        } else {
            documents.edit(NOTICE, author.adding("a customer was here"));
        }
        return Outcome.SERVED;
    }

    /** What was reserved is delivered again, so that the shelves do not run empty. */
    Outcome order(String sku) {
        Reservation reservation = stock.reserve(new Order(List.of(new Order.Line(sku, 1))));
        if (reservation.done()) {
            taken.add(sku);
            bringBack();
            return Outcome.SERVED;
        }
        return reservation.left().isEmpty() ? Outcome.BUSY : Outcome.REFUSED;
    }

    /** Whatever could not be delivered when its customer was there, because somebody else was at the shelf for too long. */
    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    @PreDestroy
    void tidyUp() {
        try {
            for (int left = taken.size(); left > 0; left--) {
                bringBack();
            }
        } catch (LockException busy) {
            log.debug("something has still to go back to its shelf", busy);
        }
    }

    private void bringBack() {
        String sku = taken.poll();
        if (sku == null) {
            return;
        }
        boolean back = false;
        try {
            stock.deliver(sku, 1);
            back = true;
        } finally {
            if (!back) {
                taken.add(sku);
            }
        }
    }

    private Outcome byHand(int dice, CountDownLatch over) throws InterruptedException {
        if (dice < 190) {
            Duration audit = Duration.ofMillis(ThreadLocalRandom.current().nextInt(10, 80));
            work(locks.write("account:" + account()).reason("audit"), audit, over);
        } else if (dice < 199) {
            LockRequest hurried = locks.write("stock:" + sku()).timeout(Duration.ofMillis(5));
            work(hurried.reason("a look behind the shelf"), Duration.ofMillis(5), over);
        } else {
            work(locks.write("stock:" + sku()).reason("stocktaking"), stocktaking, over);
        }
        return Outcome.SERVED;
    }

    private static void work(LockRequest request, Duration span, CountDownLatch over) throws InterruptedException {
        try (LockHandle held = request.acquire()) {
            over.await(span.toMillis(), TimeUnit.MILLISECONDS);
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
