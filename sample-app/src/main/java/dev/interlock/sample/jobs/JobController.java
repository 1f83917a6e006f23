package dev.interlock.sample.jobs;

import java.math.BigDecimal;
import java.util.Map;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Jobs over HTTP, for those who do not want to wait for the night. */
@RestController
class JobController {

    private final NightlyClosing closing;

    JobController(NightlyClosing closing) {
        this.closing = closing;
    }

    @PostMapping("/jobs/nightly-closing")
    Map<String, Object> close() {
        return closing.close()
                .<Map<String, Object>>map((BigDecimal total) -> Map.of("ran", true, "total", total))
                .orElse(Map.of("ran", false));
    }
}
