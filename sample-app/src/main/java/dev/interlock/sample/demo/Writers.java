package dev.interlock.sample.demo;

import dev.interlock.OptimisticConflictException;
import dev.interlock.sample.documents.Author;
import dev.interlock.sample.documents.Document;
import dev.interlock.sample.documents.DocumentDesk;
import dev.interlock.sample.documents.DocumentService;
import dev.interlock.sample.documents.Form;
import dev.interlock.sample.documents.Pen;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** What becomes of those who write one document at the same time. */
@Component
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class Writers {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long BY_TWO = 2;
    private static final long BY_SOMEBODY_IMPORTANT = 3;
    private static final long BY_A_FORM = 1;

    private final DocumentService documents;
    private final DocumentDesk desk;
    private final Author author;

    Writers(DocumentService documents, DocumentDesk desk, Author author) {
        this.documents = documents;
        this.desk = desk;
        this.author = author;
    }

    /**
     * What one of them has done.
     *
     * @param tries how often it was written
     * @param version what it was stored as
     */
    record Written(String by, int tries, long version) {}

    /**
     * What both have done, the faster one first.
     *
     * @param before the version that both began with
     */
    record TwoEdits(long before, List<Written> edits, String text) {}

    /**
     * Who came through, and what the other one was told.
     *
     * @param turnedAway the message for the less important one
     */
    record Importance(String turnedAway, Written stored) {}

    /** Anna and Ben both read, and then both write. Whoever is slower writes again, from what the faster one has stored. */
    TwoEdits twoEdit() throws InterruptedException {
        long before = documents.document(BY_TWO).version();
        CountDownLatch bothRead = new CountDownLatch(2);
        Future<Written> anna = inThread("anna", () -> edit("anna", bothRead));
        Future<Written> ben = inThread("ben", () -> edit("ben", bothRead));
        List<Written> edits = Stream.of(outcome(anna), outcome(ben))
                .sorted(Comparator.comparingLong(Written::version))
                .toList();
        return new TwoEdits(before, edits, documents.document(BY_TWO).text());
    }

    private Written edit(String name, CountDownLatch bothRead) throws InterruptedException {
        Counted pen = new Counted(author.adding("written by " + name), () -> {
            bothRead.countDown();
            meet(bothRead);
        });
        return pen.written(name, documents.edit(BY_TWO, pen));
    }

    /** Anna reorganises a document. Ben only wants to change its title, and is turned away while she does; but not for ever. */
    Importance importance() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Future<Written> important = inThread("anna", () -> reorganise(writing, asked));
        meet(writing);
        String answer = retitle();
        asked.countDown();
        return new Importance(answer, outcome(important));
    }

    private Written reorganise(CountDownLatch writing, CountDownLatch asked) throws InterruptedException {
        Counted pen = new Counted(author.reorganising(), () -> {
            writing.countDown();
            meet(asked);
        });
        return pen.written("anna", documents.reorganise(BY_SOMEBODY_IMPORTANT, pen));
    }

    private String retitle() {
        try {
            documents.retitle(BY_SOMEBODY_IMPORTANT, "Price list");
            return "nobody: after ten in a row who were turned away it was Ben's turn, and Anna had to write again";
        } catch (OptimisticConflictException turnedAway) {
            return String.valueOf(turnedAway.getMessage());
        }
    }

    /** Somebody gets a form, and fills it in; meanwhile somebody else changes the document. */
    Document oldForm() throws InterruptedException {
        Form form = desk.form(BY_A_FORM);
        documents.edit(BY_A_FORM, author.adding("somebody else was here"));
        return desk.submit(BY_A_FORM, form);
    }

    private static void meet(CountDownLatch latch) throws InterruptedException {
        latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static <T> Future<T> inThread(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task, name).start();
        return task;
    }

    private static <T> T outcome(Future<T> work) throws InterruptedException {
        try {
            return work.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    /** Something to be done once. */
    private interface Once {
        void run() throws InterruptedException;
    }

    /** A pen that counts how often it is used, and the first time does something else before. */
    private record Counted(Pen pen, Once first, AtomicInteger tries) implements Pen {

        Counted(Pen pen, Once first) {
            this(pen, first, new AtomicInteger());
        }

        @Override
        public Document write(Document read) throws InterruptedException {
            if (tries.incrementAndGet() == 1) {
                first.run();
            }
            return pen.write(read);
        }

        Written written(String by, Document stored) {
            return new Written(by, tries.get(), stored.version());
        }
    }
}
