package dev.interlock.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.PrimitiveIterator.OfLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RisingTest {

    @Test
    void aCountThatLagsBehindForAMomentIsNotSeenToFall() {
        OfLong looks = LongStream.of(0, 5, 3, 7).iterator();
        Rising rising = new Rising(looks::nextLong);

        List<Double> seen = Stream.generate(rising::value).limit(4).toList();

        assertThat(seen).containsExactly(0.0, 5.0, 5.0, 7.0);
    }
}
