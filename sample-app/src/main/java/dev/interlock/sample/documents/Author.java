package dev.interlock.sample.documents;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Somebody who thinks for a while before anything is written. */
@Component
public class Author {

    private final Duration thinking;

    Author(@Value("${sample.thinking}") Duration thinking) {
        this.thinking = thinking;
    }

    /** A pen that adds a line. */
    public Pen adding(String line) {
        Wording.line("line", line);
        return read -> thought(read).withLine(line);
    }

    /** A pen that brings the lines into order. */
    public Pen reorganising() {
        return read -> thought(read).reorganised();
    }

    private Document thought(Document read) throws InterruptedException {
        Thread.sleep(thinking.toMillis());
        return read;
    }
}
