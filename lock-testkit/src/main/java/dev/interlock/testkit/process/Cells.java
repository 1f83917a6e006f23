package dev.interlock.testkit.process;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the locks of a contest protect: counters without any protection of their own, and next to each a fence. Memory that processes share. */
final class Cells {

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int CELL = 2 * Long.BYTES;

    private final MappedByteBuffer memory;

    private Cells(MappedByteBuffer memory) {
        this.memory = memory;
    }

    static Cells map(Path file, int cells) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Cells(channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) cells * CELL));
        }
    }

    long count(int cell) {
        return (long) LONGS.get(memory, cell * CELL);
    }

    void count(int cell, long count) {
        LONGS.set(memory, cell * CELL, count);
    }

    /** As a fenced resource does: whether this token is higher than all it has seen. */
    boolean accepts(int cell, long token) {
        int fence = cell * CELL + Long.BYTES;
        for (; ; ) {
            long highest = (long) LONGS.getVolatile(memory, fence);
            if (token <= highest) {
                return false;
            }
            if (LONGS.compareAndSet(memory, fence, highest, token)) {
                return true;
            }
        }
    }
}
