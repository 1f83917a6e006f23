package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.sample.accounts.AccountService;
import dev.interlock.sample.documents.Author;
import dev.interlock.sample.documents.DocumentService;
import dev.interlock.sample.stock.Reservation;
import dev.interlock.sample.stock.StockService;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What customers take from a shelf goes back there, however busy it is. */
class CustomersTest {

    private final StockService stock = mock(StockService.class);
    private final Customers customers = new Customers(
            mock(LockManager.class),
            mock(AccountService.class),
            stock,
            mock(DocumentService.class),
            mock(Author.class),
            Duration.ofMillis(1));

    @BeforeEach
    void everythingIsThere() {
        when(stock.reserve(any())).thenReturn(new Reservation(true, "", Map.of()));
    }

    @Test
    void whatIsReservedIsDeliveredAtOnce() {
        assertThat(customers.order("lamp")).isEqualTo(Customers.Outcome.SERVED);

        verify(stock).deliver("lamp", 1);
        customers.tidyUp();
        verify(stock).deliver("lamp", 1);
    }

    @Test
    void whatCannotBeDeliveredGoesBackLaterAndOnlyOnce() {
        when(stock.deliver("lamp", 1))
                .thenThrow(new LockException("somebody is at the shelf"))
                .thenThrow(new LockException("still"))
                .thenReturn(10);
        assertThatExceptionOfType(LockException.class).isThrownBy(() -> customers.order("lamp"));

        customers.tidyUp();
        customers.tidyUp();
        customers.tidyUp();

        verify(stock, times(3)).deliver("lamp", 1);
    }
}
