package dev.interlock.sample.documents;

/** What can be written. */
final class Wording {

    private static final int LONGEST_LINE = 80;
    static final int LONGEST_TEXT = 1_000;

    private Wording() {}

    /** Answers with the line if it can be written. */
    static String line(String name, String line) {
        if (line.isBlank() || line.length() > LONGEST_LINE || line.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the " + name + " is not one line of 1 to " + LONGEST_LINE + " characters");
        }
        return line;
    }

    /** Answers with the text if it can be written. */
    static String text(String text) {
        if (text.length() > LONGEST_TEXT || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the text is not one of up to " + LONGEST_TEXT + " characters");
        }
        return text;
    }
}
