package dev.interlock.sample.documents;

import java.util.List;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table of documents. Its version column tells whether somebody else was faster, as {@code @Version} does in JPA. */
@Repository
class Documents {

    private final JdbcClient database;

    Documents(JdbcClient database) {
        this.database = database;
    }

    List<Document> all() {
        return database.sql("select id, title, text, version from document order by id")
                .query(Document.class)
                .list();
    }

    Document find(long id) {
        return database.sql("select id, title, text, version from document where id = ?")
                .param(id)
                .query(Document.class)
                .optional()
                .orElseThrow(() -> new UnknownDocumentException(id));
    }

    /** Stores what was made from a version, if that is still the latest, and answers with the document as it is now. */
    Document store(Document written) {
        int rows = database.sql("update document set title = ?, text = ?, version = ? where id = ? and version = ?")
                .params(written.title(), written.text(), written.version() + 1, written.id(), written.version())
                .update();
        if (rows == 0) {
            throw new OptimisticLockingFailureException(
                    "document " + written.id() + " is no longer what it was in version " + written.version());
        }
        return written.stored();
    }
}
