package dev.interlock.spring.integration;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** A database with Spring Integration's tables, and services that lock through it. */
final class Database implements AutoCloseable {

    static final Duration LIFE = Duration.ofMinutes(1);

    private final DataSource source;
    private final JdbcTemplate template;

    Database() {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        source = h2;
        template = new JdbcTemplate(h2);
        new ResourceDatabasePopulator(new ClassPathResource("org/springframework/integration/jdbc/schema-h2.sql"))
                .execute(h2);
    }

    /** A registry as another service has it: with a client id of its own. */
    JdbcLockRegistry service() {
        return service(source);
    }

    static JdbcLockRegistry service(DataSource source) {
        DefaultLockRepository repository = new DefaultLockRepository(source);
        repository.setTransactionManager(new JdbcTransactionManager(source));
        repository.afterPropertiesSet();
        repository.afterSingletonsInstantiated();
        return new JdbcLockRegistry(repository, LIFE);
    }

    DataSource source() {
        return source;
    }

    int rowsThatHold() {
        Integer count = template.queryForObject(
                "SELECT COUNT(*) FROM INT_LOCK WHERE EXPIRED_AFTER > ?",
                Integer.class,
                LocalDateTime.now(ZoneOffset.UTC));
        return count == null ? 0 : count;
    }

    /** As if its time had run out. */
    void expireAll() {
        template.update("UPDATE INT_LOCK SET EXPIRED_AFTER = TIMESTAMP '2000-01-01 00:00:00'");
    }

    @Override
    public void close() {
        template.execute("SHUTDOWN");
    }
}
