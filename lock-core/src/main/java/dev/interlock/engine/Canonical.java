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
            return compareKeys(one, other, type.length());
        }
        int byPlace = Integer.compare(place(type), place(otherType));
        return byPlace == 0 ? byType : byPlace;
    }

    /**
     * Compares two resources of one type; makes no garbage.
     *
     * @param colon where their keys begin, with a colon, if they have any
     */
    static int compareKeys(String one, String other, int colon) {
        int kind = kind(one, colon);
        int byKind = Integer.compare(kind, kind(other, colon));
        if (byKind != 0) {
            return byKind;
        }
        int byValue = kind == NUMBER ? compareNumbers(one, other, colon) : 0;
        return byValue == 0 ? one.compareTo(other) : byValue;
    }

    /** Numbers come before names, or the order would not be one. */
    private static int kind(String resource, int colon) {
        for (int i = colon + 1; i < resource.length(); i++) {
            if (resource.charAt(i) < '0' || resource.charAt(i) > '9') {
                return NAME;
            }
        }
        return resource.length() > colon + 1 ? NUMBER : NO_KEY;
    }

    private static int compareNumbers(String one, String other, int colon) {
        int from = firstDigit(one, colon);
        int otherFrom = firstDigit(other, colon);
        int result = Integer.compare(one.length() - from, other.length() - otherFrom);
        for (int i = 0; result == 0 && from + i < one.length(); i++) {
            result = Character.compare(one.charAt(from + i), other.charAt(otherFrom + i));
        }
        return result;
    }

    /** The first that is not a leading zero. */
    private static int firstDigit(String resource, int colon) {
        int at = colon + 1;
        while (at < resource.length() && resource.charAt(at) == '0') {
            at++;
        }
        return at;
    }
}
