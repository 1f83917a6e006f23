package dev.interlock.sample.documents;

/** There is no such document. */
public class UnknownDocumentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownDocumentException(long id) {
        super("there is no document " + id);
    }
}
