package dev.interlock.spring.aop;

import dev.interlock.annotation.OnTimeout;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringValueResolver;

/** Reads the texts of an annotation, placeholders included, and refuses those that cannot be meant. */
final class LockSpecReader {

    private final StringValueResolver placeholders;

    LockSpecReader(StringValueResolver placeholders) {
        this.placeholders = placeholders;
    }

    LockSpec read(MergedAnnotation<?> annotation, String method) {
        return new Reading(annotation, method).spec();
    }

    private final class Reading {

        private final MergedAnnotation<?> annotation;
        private final AnnotationTexts texts;

        Reading(MergedAnnotation<?> annotation, String method) {
            this.annotation = annotation;
            this.texts = new AnnotationTexts(annotation, method, placeholders);
        }

        LockSpec spec() {
            String key = texts.text("key");
            return new LockSpec(
                    LockSpec.Kind.of(annotation),
                    texts.name(key),
                    key,
                    texts.duration("timeout", true),
                    texts.duration("lease", false),
                    texts.duration("holdAtLeast", true),
                    priority(),
                    texts.text("reason"),
                    annotation.getBoolean("checkDependencies"),
                    annotation.getEnum("onTimeout", OnTimeout.class),
                    texts.text("fallback"));
        }

        private int priority() {
            int priority = annotation.getInt("priority");
            if (priority < 0 || priority > 10) {
                throw new LockConfigurationException(
                        texts.where() + " has the priority " + priority,
                        "Use 1 to 10, the higher first, or leave it out for what is configured for the type.");
            }
            return priority;
        }
    }
}
