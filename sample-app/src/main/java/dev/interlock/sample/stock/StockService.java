package dev.interlock.sample.stock;

import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.util.Map;
import java.util.Set;
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

    /** How many there are; none of what is unknown. */
    @ReadLock(value = "stock", key = "#sku")
    public int available(String sku) {
        return quantity(sku);
    }

    /** Reserves all lines or none. The key yields every item of the order, and all of them are locked together. */
    @Transactional
    @WriteLock(value = "stock", key = "#order.lines.![sku]", timeout = "${sample.patience}", fallback = "busy")
    public Reservation reserve(Order order) {
        Map<String, Integer> wanted = order.wanted();
        Map<String, Integer> there = quantities(wanted.keySet());
        for (Map.Entry<String, Integer> each : wanted.entrySet()) {
            if (there.getOrDefault(each.getKey(), 0) < each.getValue()) {
                return new Reservation(false, "not enough of " + each.getKey(), there);
            }
        }
        wanted.forEach(this::take);
        return new Reservation(true, "", quantities(wanted.keySet()));
    }

    /** Puts items that are known back on the shelf, and answers with how many there are now. */
    @Transactional
    @WriteLock(value = "stock", key = "#sku", reason = "delivery")
    public int deliver(String sku, int quantity) {
        take(sku, -quantity);
        return quantity(sku);
    }

    /** Puts all lines on their shelves, and answers with how many there are now. */
    @Transactional
    @WriteLock(value = "stock", key = "#delivery.lines.![sku]", reason = "delivery")
    public Map<String, Integer> restock(Order delivery) {
        Map<String, Integer> brought = delivery.wanted();
        brought.forEach((sku, quantity) -> {
            if (take(sku, -quantity) == 0) {
                throw new IllegalArgumentException("there is no shelf for " + sku);
            }
        });
        return quantities(brought.keySet());
    }

    /** Somebody else has had one of the items for too long: the customer is asked to come again, not to wait. */
    Reservation busy(Order order, LockTimeoutException timeout) {
        return new Reservation(false, "somebody else has one of the items: " + timeout.getMessage(), Map.of());
    }

    private int take(String sku, int wanted) {
        return database.sql("update stock set quantity = ? where sku = ?")
                .param(quantity(sku) - wanted)
                .param(sku)
                .update();
    }

    private Map<String, Integer> quantities(Set<String> skus) {
        Map<String, Integer> quantities = new TreeMap<>();
        skus.forEach(sku -> quantities.put(sku, quantity(sku)));
        return quantities;
    }

    private int quantity(String sku) {
        return database.sql("select quantity from stock where sku = ?")
                .param(sku)
                .query(Integer.class)
                .optional()
                .orElse(0);
    }
}
