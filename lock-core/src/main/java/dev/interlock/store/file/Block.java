package dev.interlock.store.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record in a file. A file has two places for blocks, and each change is written to the one that is not in use; so whatever
 * happens while it is written, the other is whole. A block counts if its checksum is right, and of two that are, the one with
 * the higher change. A record that needs more room moves behind: to two places of twice the size, and so on.
 */
final class Block {

    /** The room of the first two places, which is enough for a record with a lease and a claim. */
    static final int SMALLEST = 512;

    /** Stands for the version where the record has been removed, and the file is about to be. */
    static final long GONE = 0;

    private static final byte[] HEAD =
            ascii("change 0000000000000000 version 0000000000000000 length 00000000 sum 00000000\n");
    private static final byte[] START = Arrays.copyOf(HEAD, 7);
    private static final int CHANGE = 7;
    private static final int VERSION = 32;
    private static final int LENGTH = 56;
    private static final int SUM = 69;

    final long change;
    final long version;
    /** Where it is in the file, and how much room it has there. */
    final int position;

    final int room;
    private final byte[] file;
    private final int length;

    private Block(byte[] file, int position, int room, int length) {
        this.file = file;
        this.position = position;
        this.room = room;
        this.length = length;
        this.change = number(file, position + CHANGE, 16);
        this.version = number(file, position + VERSION, 16);
    }

    /** Whether it says that there is no record any more. */
    boolean isGone() {
        return version == GONE;
    }

    String text() {
        return new String(file, position + HEAD.length, length, StandardCharsets.ISO_8859_1);
    }

    // --- reading ---------------------------------------------------------------------------------------------------

    /** The block that counts in a file of which this much has been read. */
    static @Nullable Block latest(byte[] file, int size) {
        Block latest = null;
        for (int room = SMALLEST, at = 0; at + room <= size; at += 2 * room, room *= 2) {
            latest = later(latest, at(file, at, room));
            if (at + 2 * room <= size) {
                latest = later(latest, at(file, at + room, room));
            }
        }
        return latest;
    }

    private static @Nullable Block later(@Nullable Block one, @Nullable Block other) {
        return one == null || (other != null && other.change > one.change) ? other : one;
    }

    private static @Nullable Block at(byte[] file, int position, int room) {
        if (!Arrays.equals(file, position, position + START.length, START, 0, START.length)) {
            return null;
        }
        long length = number(file, position + LENGTH, 8);
        if (length < 0 || length > room - HEAD.length) {
            return null;
        }
        Block found = new Block(file, position, room, (int) length);
        return sum(file, position, (int) length) == number(file, position + SUM, 8) ? found : null;
    }

    private static long number(byte[] from, int at, int digits) {
        long number = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = Character.digit(from[i], 16);
            if (digit < 0) {
                return -1;
            }
            number = (number << 4) | digit;
        }
        return number;
    }

    // --- writing ---------------------------------------------------------------------------------------------------

    /** The place for a text of this length, which is not the place of this block. */
    static int placeFor(int length, @Nullable Block inUse) {
        int at = 0;
        for (int room = SMALLEST; room < HEAD.length + length; room *= 2) {
            at += 2 * room;
        }
        return inUse != null && inUse.position == at ? at + inUse.room : at;
    }

    /** A block for this text, filled up with blanks. */
    static byte[] of(long change, long version, byte[] text) {
        int room = SMALLEST;
        while (room < HEAD.length + text.length) {
            room *= 2;
        }
        byte[] block = blanks(room);
        System.arraycopy(HEAD, 0, block, 0, HEAD.length);
        System.arraycopy(text, 0, block, HEAD.length, text.length);
        put(block, CHANGE, 16, change);
        put(block, VERSION, 16, version);
        put(block, LENGTH, 8, text.length);
        put(block, SUM, 8, sum(block, 0, text.length));
        return block;
    }

    /** Nothing to be seen. */
    static byte[] blanks(int room) {
        byte[] blanks = new byte[room];
        Arrays.fill(blanks, (byte) ' ');
        blanks[room - 1] = '\n';
        return blanks;
    }

    private static void put(byte[] block, int at, int digits, long number) {
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            block[i] = (byte) Character.forDigit((int) (rest & 15), 16);
            rest >>>= 4;
        }
    }

    /** Of all that is said, but for the sum itself. */
    private static long sum(byte[] file, int position, int length) {
        CRC32C sum = new CRC32C();
        sum.update(file, position, SUM);
        sum.update(file, position + HEAD.length - 1, 1 + length);
        return sum.getValue();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
