package dev.interlock.sample.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.Sample.Pending;
import dev.interlock.sample.SampleTest;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

@SampleTest
class AccountsTest {

    private final Sample sample;

    AccountsTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1"})
    void aTransferTakesItsAccountsInTheSameOrderInBothDirections(int from, int to) {
        sample.hold("account:2", "write");
        Pending transfer = sample.postLater("/transfers?from=" + from + "&to=" + to + "&amount=1");
        sample.awaitWaiters("account:2", 1);

        assertThat(sample.names("account:1", "$.holders[*].method"))
                .containsExactly("AccountService.transfer(Transfer)");
        assertThat(sample.names("account:1", "$.holders[*].reason")).containsExactly("transfer");

        sample.takeAway("account:2");
        transfer.answer().expect(200);
    }

    @Test
    void manyTransfersAtOnceLoseNoMoneyAndNobodyTimesOut() {
        BigDecimal before = total();

        List<Pending> transfers = IntStream.range(0, 120)
                .mapToObj(
                        n -> "/transfers?from=" + (1 + n % 2) + "&to=" + (1 + (n + 1 + n % 4 / 2) % 3) + "&amount=0.01")
                .map(sample::postLater)
                .toList();

        assertThat(transfers).allSatisfy(each -> each.answer().expect(200));
        assertThat(total()).isEqualByComparingTo(before);
    }

    @Test
    void manyDepositsAtOnceAllArrive() {
        BigDecimal before = balance(3);

        List<Pending> deposits = IntStream.range(0, 40)
                .mapToObj(n -> sample.postLater("/accounts/3/deposit?amount=0.01"))
                .toList();

        assertThat(deposits).allSatisfy(each -> each.answer().expect(200));
        assertThat(balance(3)).isEqualByComparingTo(before.add(new BigDecimal("0.40")));
    }

    @Test
    void aTransferToTheSameAccountChangesNothing() {
        BigDecimal before = balance(1);

        sample.post("/transfers?from=1&to=1&amount=5").expect(200);

        assertThat(balance(1)).isEqualByComparingTo(before);
    }

    @Test
    void anAccountThatSomebodyChangesIsReadAfterwards() {
        sample.hold("account:3", "write");

        Answer late = sample.get("/accounts/3").expect(409);

        assertThat(late.text("$.detail"))
                .contains("could not READ-lock 'account:3' within 2s")
                .contains("held by hand");
        sample.takeAway("account:3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /accounts/1/deposit?amount=-5           | 400 | the amount is -5; use 0.01 to 1000000
                    /accounts/1/deposit?amount=0            | 400 | the amount is 0; use 0.01 to 1000000
                    /accounts/1/deposit?amount=0.001        | 400 | the amount is 0.001; use 0.01 to 1000000
                    /accounts/1/deposit?amount=1000000.01   | 400 | the amount is 1000000.01; use 0.01 to 1000000
                    /accounts/1/deposit?amount=lots         | 400 | Failed to convert 'amount' with value: 'lots'
                    /accounts/1/deposit                     | 400 | Required parameter 'amount' is not present
                    /accounts/99/deposit?amount=5           | 404 | there is no account 99
                    /accounts/me/deposit?amount=5           | 400 | Failed to convert 'id' with value: 'me'
                    /transfers?from=1&to=2                  | 400 | Required parameter 'amount' is not present
                    /transfers?from=1&to=2&amount=-5        | 400 | the amount is -5; use 0.01 to 1000000
                    /transfers?from=1&to=99&amount=5        | 404 | there is no account 99
                    /transfers?from=99&to=1&amount=5        | 404 | there is no account 99
                    /transfers?from=1&to=2&amount=999999    | 422 | which is less than 999999
                    """)
    void whatCannotBePaidIsRefusedWithTheReasonAndChangesNothing(String path, int status, String reason) {
        BigDecimal before = total();

        assertThat(sample.post(path).expect(status).text("$.detail")).contains(reason);

        assertThat(total()).isEqualByComparingTo(before);
    }

    @Test
    void anUnknownAccountIsNotFound() {
        assertThat(sample.get("/accounts/99").expect(404).text("$.detail")).isEqualTo("there is no account 99");
    }

    private BigDecimal balance(int account) {
        return new BigDecimal(sample.get("/accounts/" + account).expect(200).text("$.balance"));
    }

    private BigDecimal total() {
        return sample.get("/accounts").expect(200).texts("$[*].balance").stream()
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
