package dev.interlock.store.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open file with a record, used by one thread at a time. An interrupt closes the channel in the middle of things; then it is opened again. */
final class RecordFile implements Closeable {

    private static final int USUAL = 2 * Block.SMALLEST;

    private static final Logger log = LoggerFactory.getLogger(RecordFile.class);

    private Path path;
    private FileChannel channel;

    RecordFile(Path path) throws IOException {
        this.path = path;
        this.channel = open(path);
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, READ, WRITE, NOFOLLOW_LINKS);
    }

    /** The file goes by this name now. */
    void renamed(Path to) {
        path = to;
    }

    /** The block that counts, or nothing if there is none. */
    @Nullable Block read() throws IOException {
        byte[] bytes = new byte[USUAL + 1];
        int size = read(bytes);
        if (size > USUAL) {
            bytes = new byte[Math.toIntExact(channel.size() + 1)];
            size = read(bytes);
        }
        return Block.latest(bytes, size);
    }

    /** Room for a byte too many shows whether there is more; if only that is left, there is not. */
    private int read(byte[] into) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into);
        transfer(buffer, () -> buffer.remaining() == 1 ? -1 : channel.read(buffer, buffer.position()));
        return buffer.position();
    }

    /** Writes the next block, and then blots out the one that was in use. */
    void write(@Nullable Block inUse, long version, byte[] text) throws IOException {
        long change = inUse == null ? 1 : inUse.change + 1;
        write(Block.placeFor(text.length, inUse), Block.of(change, version, text));
        if (inUse != null) {
            blotOut(inUse);
        }
    }

    private void blotOut(Block old) {
        try {
            write(old.position, Block.blanks(old.room));
        } catch (IOException stays) {
            log.debug("an old block stays in {}, which can mislead nobody but people", path, stays);
        }
    }

    private void write(int at, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        transfer(buffer, () -> channel.write(buffer, at + (long) buffer.position()));
    }

    /** Goes on until the buffer is through, or the file is at its end. */
    private void transfer(ByteBuffer buffer, Transfer transfer) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            for (int count = 0; count >= 0 && buffer.hasRemaining(); ) {
                try {
                    count = transfer.once();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    channel = open(path);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One call to the system, which may do less than all. */
    private interface Transfer {
        int once() throws IOException;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
