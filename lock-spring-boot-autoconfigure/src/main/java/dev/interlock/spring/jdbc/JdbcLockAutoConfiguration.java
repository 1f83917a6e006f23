package dev.interlock.spring.jdbc;

import dev.interlock.spring.autoconfigure.ConditionalOnLockBackend;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.LockBackends;
import dev.interlock.store.jdbc.JdbcLockStore;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;

/** The backend {@code jdbc}, where the application asks for it. */
@AutoConfiguration(
        after = InterlockAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnLockBackend(JdbcLockBackend.KIND)
@ConditionalOnClass(JdbcLockStore.class)
@ConditionalOnBean(LockBackends.class)
@ImportRuntimeHints(LockScriptHints.class)
public final class JdbcLockAutoConfiguration {

    @Bean
    LockDataSources lockDataSources(
            ListableBeanFactory beans,
            ObjectProvider<DataSource> all,
            @LockDataSource ObjectProvider<DataSource> qualified) {
        return new LockDataSources(beans, all, qualified);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DataSourceScriptDatabaseInitializer.class)
    @Import(DatabaseInitializationDependencyConfigurer.class)
    static class WithInitialization {

        @Bean
        @ConditionalOnMissingBean
        LockSchemaInitializer lockSchemaInitializer(LockDataSources sources, InterlockProperties properties) {
            return new LockSchemaInitializer(
                    new JdbcLockBackend(properties, sources), sources.choose(properties), properties);
        }

        /** After whatever makes tables: this initializer, or migrations of the application. */
        @Bean
        @DependsOnDatabaseInitialization
        JdbcLockBackend jdbcLockBackend(InterlockProperties properties, LockDataSources sources) {
            return new JdbcLockBackend(properties, sources);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer")
    static class WithoutInitialization {

        @Bean
        JdbcLockBackend jdbcLockBackend(InterlockProperties properties, LockDataSources sources) {
            return new JdbcLockBackend(properties, sources);
        }
    }
}
