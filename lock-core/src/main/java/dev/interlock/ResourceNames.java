package dev.interlock;

import java.util.Objects;

/** How resource names are put together and taken apart. */
public final class ResourceNames {

    private ResourceNames() {}

    /** The resource {@code type:id}. */
    public static String of(String type, Object id) {
        Objects.requireNonNull(type, "the resource type is null");
        Objects.requireNonNull(id, () -> "the id of a resource of type '" + type + "' is null");
        String text = id.toString();
        if (type.isBlank() || text == null || text.isBlank()) {
            throw new IllegalArgumentException(
                    "a resource needs a type and an id, but got type '" + type + "' and id '" + text + "'");
        }
        return type + ':' + text;
    }

    /** The part before the first colon, or the whole name where there is none. */
    public static String typeOf(String resource) {
        int colon = resource.indexOf(':');
        return colon < 0 ? resource : resource.substring(0, colon);
    }
}
