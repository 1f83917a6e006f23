package dev.interlock.spring.aop;

import dev.interlock.annotation.OnConflict;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringValueResolver;

/** Reads what an annotation says, placeholders included, and refuses what cannot be meant. */
final class OptimisticSpecReader {

    private final StringValueResolver placeholders;

    OptimisticSpecReader(StringValueResolver placeholders) {
        this.placeholders = placeholders;
    }

    OptimisticSpec read(MergedAnnotation<?> annotation, String method) {
        AnnotationTexts texts = new AnnotationTexts(annotation, method, placeholders);
        String key = texts.text("key");
        return new OptimisticSpec(
                texts.name(key),
                key,
                kind(texts),
                texts.duration("timeout", false),
                retries(annotation.getInt("retries"), texts),
                annotation.getBoolean("distributed"),
                annotation.getEnum("onConflict", OnConflict.class),
                texts.text("fallback"));
    }

    private static String kind(AnnotationTexts texts) {
        String kind = texts.text("kind").trim();
        if (kind.isEmpty()) {
            throw new LockConfigurationException(
                    texts.where() + " has a blank kind",
                    "Use STRUCTURAL, NORMAL or LOW, one of interlock.optimistic.kinds, or leave it out.");
        }
        return kind;
    }

    private static int retries(int retries, AnnotationTexts texts) {
        if (retries < -1) {
            throw new LockConfigurationException(
                    texts.where() + " has the retries " + retries,
                    "Use 0 for one try only, more for more, or leave it out for what its kind says.");
        }
        return retries;
    }
}
