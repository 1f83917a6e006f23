package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withTransactions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.annotation.WriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.StringUtils;

@ExtendWith(OutputCaptureExtension.class)
class LocksInsideTransactionsTest {

    private static final String WARNING =
            "Accounts.lock(long) takes its lock on 'account:1' inside the open transaction";

    private final ApplicationContextRunner runner =
            withTransactions().withBean(Accounts.class).withBean(Desk.class);

    @Test
    void isWarnedOfOnce(CapturedOutput output) {
        runner.run(context -> {
            Desk desk = context.getBean(Desk.class);
            desk.transactionThenLock();
            desk.transactionThenLock();
            assertThat(StringUtils.countOccurrencesOf(output.getAll(), WARNING)).isEqualTo(1);
            assertThat(output).contains("Desk.transactionThenLock");
        });
    }

    @Test
    void isNothingToSpeakOfWhereTheSameIsHeldAroundTheTransaction(CapturedOutput output) {
        runner.run(context -> {
            context.getBean(Desk.class).lockThenTransactionThenLock(1);
            assertThat(output).doesNotContain(WARNING);
        });
    }

    @Test
    void isWarnedOfWhereSomethingElseIsHeldAroundTheTransaction(CapturedOutput output) {
        runner.run(context -> {
            context.getBean(Desk.class).lockThenTransactionThenLock(2);
            assertThat(output).contains(WARNING);
        });
    }

    @Test
    void isNothingToSpeakOfWhereTheMethodHasATransactionOfItsOwn(CapturedOutput output) {
        runner.run(context -> {
            context.getBean(Desk.class).transactionThenLockWithAnother();
            assertThat(output).doesNotContain("inside the open transaction");
        });
    }

    @Test
    void isNotWarnedOfWithoutATransaction(CapturedOutput output) {
        runner.run(context -> {
            context.getBean(Accounts.class).lock(1);
            assertThat(output).doesNotContain(WARNING);
        });
    }

    static class Accounts {

        @WriteLock(value = "account", key = "#id")
        @Transactional
        public void lock(long id) {}

        @WriteLock(value = "account", key = "#id")
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void lockWithATransactionOfItsOwn(long id) {}
    }

    static class Desk {

        private final Accounts accounts;

        Desk(Accounts accounts) {
            this.accounts = accounts;
        }

        @Transactional
        public void transactionThenLock() {
            accounts.lock(1);
        }

        @Transactional
        public void transactionThenLockWithAnother() {
            accounts.lockWithATransactionOfItsOwn(1);
        }

        @WriteLock(value = "account", key = "#id")
        @Transactional
        public void lockThenTransactionThenLock(long id) {
            accounts.lock(1);
        }
    }
}
