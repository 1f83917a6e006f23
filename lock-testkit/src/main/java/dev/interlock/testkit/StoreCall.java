package dev.interlock.testkit;

import dev.interlock.spi.LockStore;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.StampStore;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a manager asks of its store: the methods of {@link LockStore}, {@link ScannableStore} and {@link StampStore} that may fail. */
public enum StoreCall {
    /** {@link LockStore#check}. */
    CHECK,
    /** {@link LockStore#update}. */
    UPDATE,
    /** {@link LockStore#read}. */
    READ,
    /** {@link LockStore#beginSession}. */
    BEGIN_SESSION,
    /** {@link LockStore#beat}. */
    BEAT,
    /** {@link LockStore#tell}. */
    TELL,
    /** {@link LockStore#endSession}. */
    END_SESSION,
    /** {@link LockStore#sessions}. */
    SESSIONS,
    /** {@link ScannableStore#busy}. */
    BUSY,
    /** {@link ScannableStore#sweep}. */
    SWEEP,
    /** {@link StampStore#readStamp}. */
    READ_STAMP,
    /** {@link StampStore#replaceStamp}. */
    REPLACE_STAMP;

    static Optional<StoreCall> of(String method) {
        return Arrays.stream(values())
                .filter(call -> call.name().replace("_", "").equals(method.toUpperCase(Locale.ROOT)))
                .findAny();
    }
}
