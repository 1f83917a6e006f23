package dev.interlock;

import java.util.Objects;

/** How resource names are put together and taken apart. */
public final class ResourceNames {

    private ResourceNames() {}

    /**
     * The resource {@code type:id}.
     *
     * @throws IllegalArgumentException if the type is none, as {@link #checkType} says, or the id is blank
     */
    public static String of(String type, Object id) {
        checkType(type);
        Objects.requireNonNull(id, () -> "the id of a resource of type '" + type + "' is null");
        String text = id.toString();
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(
                    "a resource needs a type and an id, but got type '" + type + "' and id '" + text + "'");
        }
        return type + ':' + text;
    }

    /**
     * Answers with the type if it can be one: it is not blank, and has no colon, because it is what comes before the first.
     *
     * @throws IllegalArgumentException if it cannot
     */
    public static String checkType(String type) {
        Objects.requireNonNull(type, "the resource type is null");
        if (type.isBlank() || type.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + type
                    + "' is not a resource type; a type is the part of a resource name before its first ':'");
        }
        return type;
    }

    /** The part before the first colon, or the whole name where there is none. */
    public static String typeOf(String resource) {
        int colon = resource.indexOf(':');
        return colon < 0 ? resource : resource.substring(0, colon);
    }
}
