package dev.interlock;

/**
 * Text that comes from outside, such as names and reasons, as it may stand in a line of a log: what would end the line, or
 * steer the terminal that shows it, is written as an escape sequence.
 */
public final class LogText {

    private LogText() {}

    /** The text on one line; itself if there is nothing to escape. */
    public static String of(String text) {
        return text.chars().anyMatch(LogText::isControl) ? escaped(text) : text;
    }

    private static String escaped(String text) {
        StringBuilder line = new StringBuilder(text.length() + 16);
        text.chars().forEach(each -> append(line, (char) each));
        return line.toString();
    }

    private static void append(StringBuilder line, char each) {
        switch (each) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isControl(each)) {
                    line.append(String.format("\\u%04x", (int) each));
                } else {
                    line.append(each);
                }
            }
        }
    }

    private static boolean isControl(int each) {
        return switch (Character.getType(each)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
