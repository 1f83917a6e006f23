package dev.interlock.sample.documents;

import dev.interlock.LockManager;
import dev.interlock.optimistic.VersionStamp;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Service;

/** The same by hand. Not there when locks are switched off. */
@Service
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
public class DocumentDesk {

    private static final String TYPE = "document";

    private final LockManager locks;
    private final Documents documents;

    DocumentDesk(LockManager locks, Documents documents) {
        this.locks = locks;
        this.documents = documents;
    }

    /** As {@link DocumentService#edit}, but without a transaction that is open while the pen writes. */
    public Document edit(long id, Pen pen) throws InterruptedException {
        return locks.optimistic()
                .on(TYPE, id)
                .attempt(current -> {
                    Document written = pen.write(documents.find(id)); // takes long, and keeps nobody out
                    return () -> documents.store(written); // short, and only if nobody was faster
                })
                .orElseThrow();
    }

    /** A form to be filled in, for as long as one likes. The stamp is taken first: what is read after it cannot be older. */
    public Form form(long id) {
        VersionStamp before = locks.optimistic().stamp(TYPE, id);
        return Form.of(documents.find(id), before);
    }

    /** Stores what was filled in, if the document is still the one in the form. */
    public Document submit(long id, Form form) {
        VersionStamp before = form.stampOf(TYPE, id);
        Document filledIn = form.on(documents.find(id));
        return locks.optimistic()
                .commit(before, () -> documents.store(filledIn))
                .map(after -> filledIn.stored())
                .orElseThrow(() -> new OptimisticLockingFailureException("document " + id
                        + " has been changed since you got this form, and nothing has been stored: get the form again, and"
                        + " put into it what you have written"));
    }
}
