package dev.interlock.sample.documents;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is done to documents by hand, over HTTP. */
@RestController
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class DeskController {

    private final DocumentDesk desk;
    private final Author author;

    DeskController(DocumentDesk desk, Author author) {
        this.desk = desk;
        this.author = author;
    }

    @PostMapping("/documents/{id}/edits-by-hand")
    Document edit(@PathVariable long id, @RequestParam String line) throws InterruptedException {
        return desk.edit(id, author.adding(line));
    }

    @GetMapping("/documents/{id}/form")
    Form form(@PathVariable long id) {
        return desk.form(id);
    }

    @PutMapping("/documents/{id}/form")
    Document submit(
            @PathVariable long id, @RequestParam String title, @RequestParam String text, @RequestParam String stamp) {
        return desk.submit(id, Form.filledIn(title, text, stamp));
    }
}
