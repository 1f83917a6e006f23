package dev.interlock.spring.jdbc;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The scripts that make the tables are read by name, which an image that is built ahead of time has to be told. */
final class LockScriptHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
        hints.resources().registerPattern(LockSchemaInitializer.SCRIPTS + "*.sql");
    }
}
