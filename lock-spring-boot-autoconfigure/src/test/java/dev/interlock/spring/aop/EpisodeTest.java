package dev.interlock.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

class EpisodeTest {

    private final ObservedEpisodes observed = new ObservedEpisodes();
    private final ObservationRegistry registry = registry(observed);
    private final Episode episode = new Episode(Observation.createNotStarted("episode", registry), registry);

    private static ObservationRegistry registry(ObservedEpisodes observer) {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(observer);
        return registry;
    }

    @Test
    void beginsAndEndsOnceWhoeverSaysSo() {
        episode.start();
        episode.start();
        episode.stop();
        episode.stop();
        assertThat(observed.events()).containsExactly("start episode", "stop episode");
    }

    @Test
    void doesNotBeginWhenItIsOver() {
        episode.stop();
        episode.start();
        episode.stop();
        assertThat(observed.events()).isEmpty();
    }

    @Test
    void hasErrorsOnlyWhileItLasts() {
        episode.error(new IllegalStateException("too early"));
        episode.start();
        episode.error(new IllegalStateException("in time"));
        episode.stop();
        episode.error(new IllegalStateException("too late"));
        assertThat(observed.events()).containsExactly("start episode", "error of episode", "stop episode");
    }
}
