package dev.interlock.sample.demo;

import dev.interlock.sample.documents.Document;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The scenes of those who write, over HTTP. */
@RestController
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class WritersController {

    private final Writers writers;

    WritersController(Writers writers) {
        this.writers = writers;
    }

    @PostMapping("/demo/two-edits")
    Writers.TwoEdits twoEdit() throws InterruptedException {
        return writers.twoEdit();
    }

    @PostMapping("/demo/importance")
    Writers.Importance importance() throws InterruptedException {
        return writers.importance();
    }

    /** Always ends with a conflict. */
    @PostMapping("/demo/old-form")
    Document oldForm() throws InterruptedException {
        return writers.oldForm();
    }
}
