package dev.interlock.sample;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an expression of Prometheus asks for: metrics, labels by which it selects and groups, and all other words. It knows no grammar,
 * only what names are; so it finds everything that is named, and nothing that is miscalculated.
 */
record PromQl(List<Selector> selectors, Set<String> groupedBy, Set<String> words, boolean balanced) {

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
    private static final Pattern TIME = Pattern.compile("\\b\\d+(ms|[smhdwy])\\b");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"(\\d+)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern WORD = Pattern.compile("(?<![\\w.])[a-zA-Z_:][\\w:]*");

    /**
     * A metric and what it is selected by.
     *
     * @param labels the labels, each with the value that it must equal, or with an empty text
     */
    record Selector(String metric, Map<String, String> labels) {}

    static PromQl of(String expression) {
        List<String> texts = new ArrayList<>();
        String plain = TEXT.matcher(expression).replaceAll(text -> {
            texts.add(text.group(1));
            return "\"" + (texts.size() - 1) + "\"";
        });
        plain = TIME.matcher(RANGE.matcher(plain).replaceAll("")).replaceAll("");
        List<Selector> selectors = SELECTOR.matcher(plain)
                .results()
                .map(found -> new Selector(found.group(1), labels(found.group(2), texts)))
                .toList();
        Set<String> groupedBy = GROUPING.matcher(plain)
                .results()
                .flatMap(found -> WORD.matcher(found.group(2)).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        String rest = GROUPING.matcher(SELECTOR.matcher(plain).replaceAll("$1")).replaceAll("");
        Set<String> words = WORD.matcher(rest)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return new PromQl(selectors, groupedBy, words, isBalanced(plain));
    }

    /** The words that are no functions or operators must be metrics. */
    Set<String> wordsBut(Set<String> functions) {
        return words.stream().filter(each -> !functions.contains(each)).collect(Collectors.toSet());
    }

    private static Map<String, String> labels(String matchers, List<String> texts) {
        Map<String, String> labels = new TreeMap<>();
        Matcher each = MATCHER.matcher(matchers);
        while (each.find()) {
            labels.put(each.group(1), "=".equals(each.group(2)) ? texts.get(Integer.parseInt(each.group(3))) : "");
        }
        return labels;
    }

    private static boolean isBalanced(String expression) {
        StringBuilder open = new StringBuilder();
        for (int i = 0; i < expression.length(); i++) {
            char each = expression.charAt(i);
            if (each == '(' || each == '{') {
                open.append(each == '(' ? ')' : '}');
            } else if (each == ')' || each == '}') {
                int last = open.length() - 1;
                if (last < 0 || open.charAt(last) != each) {
                    return false;
                }
                open.setLength(last);
            }
        }
        return open.isEmpty();
    }
}
