package dev.interlock.sample.stock;

import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** An order has all of its items to itself while it is reserved. */
@Service
public class StockService {

    private final JdbcClient database;

    StockService(JdbcClient database) {
        this.database = database;
    }

    /** How many there are. */
    @ReadLock(value = "stock", key = "#sku")
    public int available(String sku) {
        return quantity(sku);
    }

    /** Reserves all lines or none. The key yields every item of the order, and all of them are locked together. */
    @Transactional
    @WriteLock(value = "stock", key = "#order.lines.![sku]", timeout = "${sample.patience}", fallback = "busy")
    public Reservation reserve(Order order) {
        for (Order.Line line : order.lines()) {
            if (quantity(line.sku()) < line.quantity()) {
                return new Reservation(false, "not enough of " + line.sku(), left(order));
            }
        }
        for (Order.Line line : order.lines()) {
            database.sql("update stock set quantity = ? where sku = ?")
                    .param(quantity(line.sku()) - line.quantity())
                    .param(line.sku())
                    .update();
        }
        return new Reservation(true, "", left(order));
    }

    /** Somebody else has had one of the items for too long: the customer is asked to come again, not to wait. */
    Reservation busy(Order order, LockTimeoutException timeout) {
        return new Reservation(false, "somebody else has one of the items: " + timeout.getMessage(), Map.of());
    }

    private Map<String, Integer> left(Order order) {
        Map<String, Integer> left = new TreeMap<>();
        order.lines().forEach(line -> left.put(line.sku(), quantity(line.sku())));
        return left;
    }

    private int quantity(String sku) {
        return database.sql("select quantity from stock where sku = ?")
                .param(sku)
                .query(Integer.class)
                .optional()
                .orElse(0);
    }
}
