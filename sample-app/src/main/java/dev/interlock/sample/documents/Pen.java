package dev.interlock.sample.documents;

/** What makes the next version of a document from the last one. It may take long, and is used again after a conflict. */
@FunctionalInterface
public interface Pen {

    /** Writes, and stores nothing. */
    Document write(Document read) throws InterruptedException;
}
