package dev.interlock.sample.documents;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Documents over HTTP. */
@RestController
class DocumentController {

    private final DocumentService documents;
    private final Author author;

    DocumentController(DocumentService documents, Author author) {
        this.documents = documents;
        this.author = author;
    }

    @GetMapping("/documents")
    List<Document> all() {
        return documents.documents();
    }

    @GetMapping("/documents/{id}")
    Document one(@PathVariable long id) {
        return documents.document(id);
    }

    @PostMapping("/documents/{id}/edits")
    Document edit(@PathVariable long id, @RequestParam String line) throws InterruptedException {
        return documents.edit(id, author.adding(line));
    }

    @PostMapping("/documents/{id}/reorganisations")
    Document reorganise(@PathVariable long id) throws InterruptedException {
        return documents.reorganise(id, author.reorganising());
    }

    @PutMapping("/documents/{id}/title")
    Document retitle(@PathVariable long id, @RequestParam String title) {
        return documents.retitle(id, title);
    }
}
