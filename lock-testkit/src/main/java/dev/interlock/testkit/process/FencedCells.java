package dev.interlock.testkit.process;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What is changed without locks: counters that refuse whoever comes with a version that is not higher than all they have seen, as a row
 * with a fence does. They refuse nothing else: whoever comes with a higher version writes over what others have written.
 */
final class FencedCells {

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long VALUE = 0xffff_ffffL;

    /** The version in the upper half, the value in the lower one: they change together. */
    private final MappedByteBuffer memory;

    private FencedCells(MappedByteBuffer memory) {
        this.memory = memory;
    }

    static FencedCells map(Path file, int cells) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new FencedCells(channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) cells * Long.BYTES));
        }
    }

    private long both(int cell) {
        return (long) LONGS.getVolatile(memory, cell * Long.BYTES);
    }

    long value(int cell) {
        return both(cell) & VALUE;
    }

    long version(int cell) {
        return both(cell) >>> Integer.SIZE;
    }

    /** Writes, unless somebody with this version or a higher one has written. */
    boolean write(int cell, long version, long value) {
        for (; ; ) {
            long now = both(cell);
            if (version <= now >>> Integer.SIZE) {
                return false;
            }
            if (LONGS.compareAndSet(memory, cell * Long.BYTES, now, version << Integer.SIZE | value)) {
                return true;
            }
        }
    }
}
