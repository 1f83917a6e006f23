package dev.interlock.sample;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Walks through what the locks can do, says what it sees, and ends. */
@SpringBootApplication
public class SampleApplication {

    /** Starts the walk. */
    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }

    @Bean
    LockManager locks() {
        return InterlockManager.builder()
                .node("sample")
                .deadlocks(DeadlockPolicy.BREAK)
                .type("account", account -> account.priority(7))
                .build();
    }

    @Bean
    CommandLineRunner walk(LockManager locks) {
        return arguments -> new Walk(locks, System.out::println).go();
    }
}
