package dev.interlock.sample.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.Sample.Pending;
import dev.interlock.sample.SampleTest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

@SampleTest
class StockTest {

    private final Sample sample;

    StockTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void anOrderIsReservedAsAWhole() {
        int lamps = available("lamp");
        int chairs = available("chair");

        Answer reserved = reserve(line("lamp", 1), line("chair", 1), line("lamp", 1));

        assertThat(reserved.all()).containsEntry("done", true);
        assertThat(reserved.number("$.left.lamp")).isEqualTo(lamps - 2);
        assertThat(available("chair")).isEqualTo(chairs - 1);
    }

    @Test
    void allItemsAreLockedTogetherAndAllAreGivenBackWhenOneIsBusy() {
        int lamps = available("lamp");
        sample.hold("stock:lamp", "write");
        Pending reservation = sample.postLater("/reservations", order(line("lamp", 1), line("desk", 1)));
        sample.awaitWaiters("stock:lamp", 1);

        assertThat(sample.names("stock:desk", "$.holders[*].method")).containsExactly("StockService.reserve(Order)");

        Answer busy = reservation.answer().expect(200);
        assertThat(busy.all()).containsEntry("done", false);
        assertThat(busy.text("$.why"))
                .startsWith("somebody else has one of the items")
                .contains("could not WRITE-lock 'stock:lamp'")
                .contains("held by hand");
        assertThat(sample.holders("stock:desk")).isZero();
        sample.takeAway("stock:lamp");
        assertThat(available("lamp")).isEqualTo(lamps);
    }

    @Test
    void nothingIsReservedWhenThereIsNotEnoughOfOneItem() {
        int chairs = available("chair");

        Answer refused = reserve(line("chair", 1), line("sofa", 1));

        assertThat(refused.all()).containsEntry("done", false).containsEntry("why", "not enough of sofa");
        assertThat(refused.number("$.left.sofa")).isZero();
        assertThat(available("chair")).isEqualTo(chairs);
    }

    @Test
    void aShelfThatRanEmptyIsFilledAgain() {
        while (reserve(line("desk", 1)).text("$.done").equals("true")) {
            assertThat(available("desk")).isNotNegative();
        }
        assertThat(available("desk")).isZero();

        Answer filled = sample.post("/deliveries", order(line("desk", 1), line("chair", 1), line("desk", 1)))
                .expect(200);

        assertThat(filled.number("$.desk")).isEqualTo(2);
        assertThat(filled.number("$.chair")).isEqualTo(available("chair"));
        assertThat(reserve(line("desk", 1)).all()).containsEntry("done", true);
    }

    @Test
    void whatHasNoShelfIsNotDeliveredAndNeitherIsWhatCameWithIt() {
        int chairs = available("chair");

        Answer refused = sample.post("/deliveries", order(line("chair", 1), line("sofa", 1)))
                .expect(400);

        assertThat(refused.text("$.detail")).isEqualTo("there is no shelf for sofa");
        assertThat(available("chair")).isEqualTo(chairs);
    }

    @Test
    void whatIsThereIsReservedOnce() {
        List<Pending> reservations = IntStream.range(0, 40)
                .mapToObj(n -> sample.postLater("/reservations", order(line("screw", 5))))
                .toList();

        assertThat(reservations.stream().map(Pending::answer).filter(each -> each.body()
                        .contains("\"done\":true")))
                .hasSize(20);
        assertThat(available("screw")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"lines":[]}                                     | the order has no lines
                    {}                                               | the order has no lines
                    {"lines":null}                                   | the order has no lines
                    {"lines":[null]}                                 | the order has no lines
                    {"lines":[{"sku":" ","quantity":1}]}             | a line names no sku
                    {"lines":[{"quantity":1}]}                       | a line names no sku
                    {"lines":[{"sku":"lamp","quantity":0}]}          | the quantity of lamp is 0; order 1 to 1000
                    {"lines":[{"sku":"lamp","quantity":-1}]}         | the quantity of lamp is -1; order 1 to 1000
                    {"lines":                                        | Failed to read request
                    """)
    void whatCannotBeOrderedIsRefusedWithTheReason(String order, String reason) {
        Answer refused = sample.post("/reservations", order).expect(400);

        assertThat(refused.text("$.detail")).contains(reason);
    }

    private Answer reserve(String... lines) {
        return sample.post("/reservations", order(lines)).expect(200);
    }

    private int available(String sku) {
        return sample.get("/stock/" + sku).expect(200).number("$");
    }

    private static String order(String... lines) {
        return "{\"lines\":[" + String.join(",", lines) + "]}";
    }

    private static String line(String sku, int quantity) {
        return "{\"sku\":\"" + sku + "\",\"quantity\":" + quantity + "}";
    }
}
