package dev.interlock.spring.aop;

import dev.interlock.ResourceNames;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringValueResolver;

/** The texts of an annotation, with what placeholders in them stand for. */
final class AnnotationTexts {

    private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?\\d+");

    private final MergedAnnotation<?> annotation;
    private final StringValueResolver placeholders;
    private final String where;

    AnnotationTexts(MergedAnnotation<?> annotation, String method, StringValueResolver placeholders) {
        this.annotation = annotation;
        this.placeholders = placeholders;
        this.where = "@" + annotation.getType().getSimpleName() + " on " + method;
    }

    /** The annotation and its place, for messages. */
    String where() {
        return where;
    }

    String name(String key) {
        String name = text("value");
        if (name.isBlank()) {
            throw new LockConfigurationException(
                    where + " names no resource: its value is blank",
                    "Say what is to be locked, or changed, as in \"account\", and by which key, as in \"#id\".");
        }
        return key.isEmpty() ? name : type(name);
    }

    private String type(String name) {
        try {
            return ResourceNames.checkType(name);
        } catch (IllegalArgumentException e) {
            throw new LockConfigurationException(
                    where + " has the value '" + name + "' and a key, so the value is a type: " + e.getMessage(),
                    "Leave the ':' out of the value; it is put between value and key.",
                    e);
        }
    }

    @Nullable Duration duration(String attribute, boolean mayBeZero) {
        String text = text(attribute).trim();
        if (text.isEmpty()) {
            return null;
        }
        Duration duration = parse(attribute, text);
        if (BARE_NUMBER.matcher(text).matches() && !duration.isZero()) {
            throw new LockConfigurationException(
                    where + " has the " + attribute + " '" + text + "', which says no unit",
                    "Write " + text + "s for seconds, or " + text + "ms for milliseconds.");
        }
        if (duration.isNegative() || (duration.isZero() && !mayBeZero)) {
            throw new LockConfigurationException(
                    where + " has the " + attribute + " '" + text + "', which is "
                            + (duration.isZero() ? "nothing" : "negative"),
                    "Use a duration above zero" + (mayBeZero ? ", or 0s." : ", or leave it out."));
        }
        return duration;
    }

    private Duration parse(String attribute, String text) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (RuntimeException e) {
            throw new LockConfigurationException(
                    where + " has the " + attribute + " '" + text + "', which is no duration",
                    "Write 5s, 250ms, 10m, PT5S, or ${a.property} that holds one of these.",
                    e);
        }
    }

    String text(String attribute) {
        String text = annotation.getString(attribute);
        if (!text.contains("${")) {
            return text;
        }
        try {
            String resolved = placeholders.resolveStringValue(text);
            return resolved == null ? "" : checkResolved(resolved);
        } catch (IllegalArgumentException e) {
            throw new LockConfigurationException(
                    where + " has the " + attribute + " '" + text + "': " + e.getMessage(),
                    "Define the property, or give a default as in ${lock.timeout:5s}.",
                    e);
        }
    }

    /** An application may let placeholders be that nobody has a value for. A lock by that name would be another one. */
    private static String checkResolved(String text) {
        if (text.contains("${")) {
            throw new IllegalArgumentException("there is no value for '" + text + "'");
        }
        return text;
    }
}
