package dev.interlock.spring.jdbc;

import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.InterlockProperties.SchemaInitialization;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import dev.interlock.store.jdbc.JdbcLockStore;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

/** Makes the tables of the locks where they are wanted: see {@code interlock.jdbc.initialize-schema}. */
final class LockSchemaInitializer extends DataSourceScriptDatabaseInitializer {

    static final String SCRIPTS = "dev/interlock/store/jdbc/";

    private static final String SCRIPT = "optional:classpath:" + SCRIPTS + "schema-@@platform@@.sql";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final JdbcLockBackend backend;

    LockSchemaInitializer(JdbcLockBackend backend, DataSource source, InterlockProperties properties) {
        super(source, settings(source, properties.jdbc().initializeSchema()));
        this.backend = backend;
    }

    private static DatabaseInitializationSettings settings(DataSource source, SchemaInitialization when) {
        DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
        settings.setMode(DatabaseInitializationMode.valueOf(when.name()));
        if (when != SchemaInitialization.NEVER) {
            settings.setSchemaLocations(scripts(source));
        }
        return settings;
    }

    private static List<String> scripts(DataSource source) {
        try {
            return new PlatformPlaceholderDatabaseDriverResolver().resolveAll(source, SCRIPT);
        } catch (IllegalStateException unreachable) {
            throw new LockConfigurationException(
                    "the backend 'jdbc' cannot be used, because its database does not answer: "
                            + unreachable.getMessage(),
                    "See that the database can be reached, or choose another backend.",
                    unreachable);
        }
    }

    /** The store runs its script itself, with the prefix that the tables are to have. */
    @Override
    protected void runScripts(Scripts scripts) {
        try (JdbcLockStore store = backend.open()) {
            store.createTables(PATIENCE);
        }
    }
}
