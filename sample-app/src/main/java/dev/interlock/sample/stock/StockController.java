package dev.interlock.sample.stock;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Stock over HTTP. */
@RestController
class StockController {

    private final StockService stock;

    StockController(StockService stock) {
        this.stock = stock;
    }

    @GetMapping("/stock/{sku}")
    int available(@PathVariable String sku) {
        return stock.available(sku);
    }

    @PostMapping("/reservations")
    Reservation reserve(@RequestBody Order order) {
        return stock.reserve(order);
    }

    @PostMapping("/deliveries")
    Map<String, Integer> restock(@RequestBody Order delivery) {
        return stock.restock(delivery);
    }

    /** An order that cannot be is noticed while it is read, and says itself what is wrong with it. */
    @ExceptionHandler
    ProblemDetail unusable(IllegalArgumentException unusable) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, unusable.getMessage());
    }
}
