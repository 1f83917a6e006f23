package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;

/** Applications to which tests add their beans. */
final class Applications {

    private Applications() {}

    /** One that has locks, and no more than they need. */
    static ApplicationContextRunner withLocks() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PropertyPlaceholderAutoConfiguration.class,
                        AopAutoConfiguration.class,
                        InterlockAutoConfiguration.class,
                        LockAopAutoConfiguration.class))
                // tests leave locks behind that nobody will ever release
                .withPropertyValues("interlock.shutdown.drain=0s");
    }

    /** One that also has a database of its own, and transactions. */
    static ApplicationContextRunner withTransactions() {
        return withLocks()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        TransactionManagerCustomizationAutoConfiguration.class));
    }
}
