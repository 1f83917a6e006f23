package dev.interlock.testkit.process;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import dev.interlock.store.file.FileLockStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class FileProcessTest extends ProcessContract {

    @TempDir
    Path temporary;

    /** Stores in the directory that is their argument. */
    public static final class Files implements StoreFactory {
        @Override
        public LockStore open(String argument) {
            return FileLockStore.in(Path.of(argument));
        }

        @Override
        public InterlockManager.Builder settings(InterlockManager.Builder manager) {
            return manager.stores(settings -> settings.timeToLive(Duration.ofSeconds(2)));
        }
    }

    @Override
    protected Class<? extends StoreFactory> factory() {
        return Files.class;
    }

    @Override
    protected String argument() {
        return temporary.resolve("locks").toString();
    }

    /** The system knows that it lives. */
    @Override
    protected boolean stoppedIsThoughtDead() {
        return false;
    }
}
