package dev.interlock.sample.documents;

import dev.interlock.annotation.Optimistic;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Nobody has a document alone while it is written; whoever comes too late with what was written begins anew. */
@Service
public class DocumentService {

    private final Documents documents;

    DocumentService(Documents documents) {
        this.documents = documents;
    }

    /** The document, whoever writes it at the moment. */
    public Document document(long id) {
        return documents.find(id);
    }

    /** All documents, each of them as it stands. */
    public List<Document> documents() {
        return documents.all();
    }

    /** Stores what the pen makes of the document. If somebody else was faster all of it is done again, in a new transaction. */
    @Optimistic(value = "document", key = "#id")
    @Transactional
    public Document edit(long id, Pen pen) throws InterruptedException {
        return written(id, pen);
    }

    /** The same, but what is less important is turned away meanwhile. */
    @Optimistic(value = "document", key = "#id", kind = "STRUCTURAL")
    @Transactional
    public Document reorganise(long id, Pen pen) throws InterruptedException {
        return written(id, pen);
    }

    /** Changes the title, unless something more important is under way. */
    @Optimistic(value = "document", key = "#id", kind = "LOW")
    @Transactional
    public Document retitle(long id, String title) {
        Wording.line("title", title);
        return documents.store(documents.find(id).withTitle(title));
    }

    private Document written(long id, Pen pen) throws InterruptedException {
        Document read = documents.find(id);
        Document written = pen.write(read); // takes long, and keeps nobody out
        return documents.store(written); // stores nothing if somebody else was faster
    }
}
