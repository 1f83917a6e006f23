package dev.interlock.sample.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Jobs over HTTP, for those who do not want to wait for the night. */
@RestController
class JobController {

    private final NightlyClosing closing;

    JobController(NightlyClosing closing) {
        this.closing = closing;
    }

    /** Whether it ran, and the total if it did. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Closing(boolean ran, @Nullable BigDecimal total) {}

    @PostMapping("/jobs/nightly-closing")
    Closing close() {
        return closing.close().map(total -> new Closing(true, total)).orElse(new Closing(false, null));
    }
}
