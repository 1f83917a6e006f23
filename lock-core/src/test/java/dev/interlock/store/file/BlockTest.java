package dev.interlock.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BlockTest {

    private static final int SIZE = 2 * Block.SMALLEST;

    private final byte[] file = Block.blanks(SIZE);

    private Block latest() {
        return Objects.requireNonNull(Block.latest(file, file.length));
    }

    private void put(byte[] block, int at, int count) {
        System.arraycopy(block, 0, file, at, count);
    }

    private static byte[] block(long change, String text) {
        return Block.of(change, 100 + change, Block.ascii(text));
    }

    @Test
    void whatWasWrittenIsRead() {
        put(block(1, "first\n"), 0, Block.SMALLEST);

        assertThat(latest().text()).isEqualTo("first\n");
        assertThat(latest().change).isEqualTo(1);
        assertThat(latest().version).isEqualTo(101);
        assertThat(latest().isGone()).isFalse();
    }

    @Test
    void theHigherChangeCountsWhereverItIs() {
        put(block(9, "ninth"), 0, Block.SMALLEST);
        put(block(16, "sixteenth"), Block.SMALLEST, Block.SMALLEST);
        assertThat(latest().text()).isEqualTo("sixteenth");

        put(block(17, "seventeenth"), 0, Block.SMALLEST);
        assertThat(latest().text()).isEqualTo("seventeenth");
    }

    @Test
    void aBlockThatIsNotWrittenToItsEndDoesNotCount() {
        byte[] next = block(2, "second, a good deal longer than the one before");
        int end = new String(next, StandardCharsets.US_ASCII).stripTrailing().length();

        for (int written = 0; written < end; written++) {
            Arrays.fill(file, (byte) ' ');
            put(block(1, "first"), 0, Block.SMALLEST);
            put(next, Block.SMALLEST, written);
            assertThat(latest().text()).as("%s bytes written", written).isEqualTo("first");
        }
    }

    @Test
    void aBlockThatIsNotWrittenToItsEndOverAnOlderOneDoesNotCount() {
        byte[] next = block(3, "third");

        put(block(2, "second"), Block.SMALLEST, Block.SMALLEST);
        for (int written = 0; written < 82; written++) {
            put(block(1, "a first one"), 0, Block.SMALLEST);
            put(next, 0, written);
            assertThat(latest().text()).as("%s bytes written", written).isEqualTo("second");
        }
    }

    @Test
    void aBlockThatWasTamperedWithDoesNotCount() {
        byte[] block = block(0x1234, "lease\n");
        int end = new String(block, StandardCharsets.US_ASCII).stripTrailing().length();

        for (int i = 0; i < end; i++) {
            put(block, 0, Block.SMALLEST);
            file[i] ^= 1;
            assertThat(Block.latest(file, file.length)).as("byte %s", i).isNull();
        }
    }

    @Test
    void aFileThatWasCutOffHasNoBlockThere() {
        put(block(1, "first"), 0, Block.SMALLEST);
        put(block(2, "second"), Block.SMALLEST, Block.SMALLEST);

        assertThat(Objects.requireNonNull(Block.latest(file, SIZE - 1)).text()).isEqualTo("first");
        assertThat(Block.latest(file, Block.SMALLEST - 1)).isNull();
        assertThat(Block.latest(file, 0)).isNull();
    }

    @Test
    void anotherPlaceIsFoundForEachChange() {
        put(block(1, "first"), 0, Block.SMALLEST);
        assertThat(Block.placeFor(10, null)).isZero();
        assertThat(Block.placeFor(10, latest())).isEqualTo(Block.SMALLEST);

        put(block(2, "second"), Block.SMALLEST, Block.SMALLEST);
        assertThat(Block.placeFor(10, latest())).isZero();
    }

    @Test
    void whatIsLongMovesBehind() {
        String text = "x".repeat(3000);
        byte[] large = Arrays.copyOf(file, 20_000);
        byte[] first = block(1, "short");
        System.arraycopy(first, 0, large, 0, first.length);
        Block inUse = Objects.requireNonNull(Block.latest(large, large.length));

        int at = Block.placeFor(text.length(), inUse);
        byte[] next = block(2, text);
        System.arraycopy(next, 0, large, at, next.length);

        Block latest = Objects.requireNonNull(Block.latest(large, large.length));
        assertThat(latest.text()).isEqualTo(text);
        assertThat(latest.position).isEqualTo(at).isGreaterThanOrEqualTo(SIZE);
        assertThat(latest.room).isEqualTo(next.length);
        assertThat(Block.placeFor(text.length(), latest)).isEqualTo(at + next.length);
        assertThat(Block.placeFor(10, latest)).isZero();
    }
}
