package dev.interlock.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** A small bank and warehouse. Its services share their data under locks, which {@code /actuator/locks} shows. */
@SpringBootApplication
@EnableScheduling
public class SampleApplication {

    /** Starts it. */
    public static void main(String[] arguments) {
        SpringApplication.run(SampleApplication.class, arguments);
    }
}
