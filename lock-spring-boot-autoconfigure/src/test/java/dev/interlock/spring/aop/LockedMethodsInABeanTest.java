package dev.interlock.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class LockedMethodsInABeanTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(InterlockAutoConfiguration.class, LockAopAutoConfiguration.class))
            .withBean(Accounts.class);

    @Test
    void aMethodHoldsWhatItsAnnotationsSayWhileItRuns() {
        runner.run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            assertThat(accounts.balance(7)).containsExactly("READ account:7");
            assertThat(accounts.rename(new Account(new Customer("c1")), "x")).containsExactly("WRITE customer:c1");
            assertThat(accounts.transfer(9, 3)).containsExactly("WRITE account:3", "WRITE account:9");
            assertThat(accounts.close(List.of(5L, 4L))).containsExactly("WRITE account:4", "WRITE account:5");
            assertThat(accounts.report()).containsExactly("WRITE report");
            assertThat(context.getBean(LockManager.class).monitor().statuses()).isEmpty();
        });
    }

    @Test
    void theKeyIsRefusedWhereItNamesNothing() {
        runner.run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            assertThatThrownBy(() -> accounts.rename(new Account(new Customer(" ")), "x"))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("#account.customer.id")
                    .hasMessageContaining("Accounts.rename(Account, String)")
                    .hasMessageContaining("is blank");
        });
    }

    record Customer(String id) {
        public String getId() {
            return id;
        }
    }

    record Account(Customer customer) {
        public Customer getCustomer() {
            return customer;
        }
    }

    static class Accounts {

        private final LockManager locks;

        Accounts(LockManager locks) {
            this.locks = locks;
        }

        private List<String> held() {
            List<String> held = new ArrayList<>();
            locks.monitor().statuses().forEach(status -> status.holders()
                    .forEach(holder -> held.add(holder.mode() + " " + holder.resource())));
            return held;
        }

        @ReadLock(value = "account", key = "#id")
        public List<String> balance(long id) {
            assertThat(MDC.get("lock")).isEqualTo("account:" + id);
            return held();
        }

        @WriteLock(value = "customer", key = "#account.customer.id")
        public List<String> rename(Account account, String name) {
            return held();
        }

        @WriteLock(value = "account", key = "#from")
        @WriteLock(value = "account", key = "#to")
        public List<String> transfer(long from, long to) {
            return held();
        }

        @WriteLock(value = "account", key = "#ids")
        public List<String> close(List<Long> ids) {
            return held();
        }

        @WriteLock("report")
        public List<String> report() {
            return held();
        }
    }
}
