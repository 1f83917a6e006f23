package dev.interlock.spring.actuate;

import dev.interlock.monitor.LongHold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A hold that lasts too long, as people read it. */
record LongHoldDescriptor(
        String resource,
        @Nullable String thread,
        int waiting,
        LockDescriptor.Holder holder,
        List<String> threadStackTrace) {

    static LongHoldDescriptor of(LongHold hold) {
        return new LongHoldDescriptor(
                hold.resource(),
                hold.holder().thread(),
                hold.waiting(),
                LockDescriptor.Holder.of(hold.holder(), hold.resource()),
                Texts.lines(hold.stackTrace()));
    }
}
