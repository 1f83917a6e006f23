package dev.interlock.sample.documents;

import dev.interlock.ResourceNames;
import dev.interlock.optimistic.VersionStamp;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document to be filled in by somebody who may take a day over it.
 *
 * @param stamp what the document was when the form was made, as text: to JavaScript its numbers would be too large
 */
public record Form(String title, String text, String stamp) {

    private static final Pattern STAMP = Pattern.compile("(\\d{1,18})-([0-8]?\\d{1,18})");

    /** A form with what is there. */
    static Form of(Document read, VersionStamp stamp) {
        return new Form(read.title(), read.text(), stamp.version() + "-" + stamp.nanos());
    }

    /** A form that comes back. */
    static Form filledIn(String title, String text, String stamp) {
        return new Form(Wording.line("title", title), Wording.text(text), stamp);
    }

    Document on(Document read) {
        return read.withTitle(title).withText(text);
    }

    /** The stamp, made again from its text. */
    VersionStamp stampOf(String type, long id) {
        Matcher parts = STAMP.matcher(stamp);
        if (!parts.matches()) {
            throw new IllegalArgumentException("the stamp is '" + stamp + "'; send the one that came with the form");
        }
        return new VersionStamp(
                ResourceNames.of(type, id), Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
    }
}
