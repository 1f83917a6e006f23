package dev.interlock.engine;

import dev.interlock.ResourceNames;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one order in which locks are taken: types as the hierarchy has them, then all others by name; within a type by key,
 * and keys that are numbers by their value, because that is the order which callers keep who compare their ids.
 */
final class Canonical implements Comparator<String> {

    /** The place of types that the hierarchy does not name. */
    static final int OUTSIDE = Integer.MAX_VALUE;

    private static final int NO_KEY = 0;
    private static final int NUMBER = 1;
    private static final int NAME = 2;

    private final Map<String, Integer> places = new HashMap<>();

    Canonical(List<String> hierarchy) {
        hierarchy.forEach(type -> places.put(type, places.size()));
    }

    int place(String type) {
        return places.getOrDefault(type, OUTSIDE);
    }

    @Override
    public int compare(String one, String other) {
        String type = ResourceNames.typeOf(one);
        String otherType = ResourceNames.typeOf(other);
        int byType = type.compareTo(otherType);
        if (byType == 0) {
            return compareKeys(one.substring(type.length()), other.substring(type.length()));
        }
        int byPlace = Integer.compare(place(type), place(otherType));
        return byPlace == 0 ? byType : byPlace;
    }

    /** Keys come with their colon, if there is one. Numbers come before names, or the order would not be one. */
    private static int compareKeys(String one, String other) {
        int byKind = Integer.compare(kind(one), kind(other));
        if (byKind != 0) {
            return byKind;
        }
        int byValue = kind(one) == NUMBER ? compareNumbers(one, other) : 0;
        return byValue == 0 ? one.compareTo(other) : byValue;
    }

    private static int compareNumbers(String one, String other) {
        int from = firstDigit(one);
        int otherFrom = firstDigit(other);
        int byLength = Integer.compare(one.length() - from, other.length() - otherFrom);
        return byLength == 0 ? one.substring(from).compareTo(other.substring(otherFrom)) : byLength;
    }

    private static int kind(String key) {
        for (int i = 1; i < key.length(); i++) {
            if (key.charAt(i) < '0' || key.charAt(i) > '9') {
                return NAME;
            }
        }
        return key.length() > 1 ? NUMBER : NO_KEY;
    }

    /** The first that is not a leading zero. */
    private static int firstDigit(String key) {
        int at = 1;
        while (at < key.length() && key.charAt(at) == '0') {
            at++;
        }
        return at;
    }
}
