package dev.interlock.sample.documents;

import java.util.stream.Collectors;

/**
 * A document as it was read.
 *
 * @param version how often it has been stored; whoever stores it says which version the new one was made from
 */
public record Document(long id, String title, String text, long version) {

    /** With this line at its end, and without the first ones if it would be too long. */
    Document withLine(String line) {
        String longer = text.isEmpty() ? line : text + '\n' + line;
        int tooMany = longer.length() - Wording.LONGEST_TEXT;
        return withText(tooMany <= 0 ? longer : longer.substring(longer.indexOf('\n', tooMany - 1) + 1));
    }

    /** With each line once, in alphabetical order. */
    Document reorganised() {
        return withText(text.lines().distinct().sorted().collect(Collectors.joining("\n")));
    }

    /** As it is once it has been stored. */
    Document stored() {
        return new Document(id, title, text, version + 1);
    }

    Document withText(String other) {
        return new Document(id, title, other, version);
    }

    Document withTitle(String other) {
        return new Document(id, other, text, version);
    }
}
