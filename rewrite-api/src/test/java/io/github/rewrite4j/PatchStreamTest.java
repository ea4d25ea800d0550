package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.rewrite4j.io.FileFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** Patches as bytes and from streams, of which a stranger may have sent anything. */
class PatchStreamTest {
    private static final Patch PATCH = new Patch(
            "0123456789abcdef".repeat(4),
            List.of(new WeightDelta.Dense("a.weight", Nd4j.linspace(1, 24, 24).reshape(2, 3, 2, 2))),
            Map.of("layer", "a"));

    /** Gives zeros for ever, and counts. */
    private static final class Endless extends InputStream {
        private long taken;

        @Override
        public int read() {
            taken++;
            return 0;
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            Arrays.fill(bytes, from, from + length, (byte) 0);
            taken += length;
            return length;
        }
    }

    private static byte[] claiming(long values) {
        byte[] header = ("{\"a.weight/dense\":{\"dtype\":\"F32\",\"shape\":[" + values / 4 + ",1,1,1],"
                        + "\"data_offsets\":[0," + values + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    @Test
    void aPatchGoesThroughBytesAndStreams(@TempDir Path folder) throws IOException {
        byte[] bytes = PATCH.toBytes();
        PATCH.save(folder.resolve("p"));
        assertThat(Files.readAllBytes(folder.resolve("p"))).isEqualTo(bytes);
        assertThat(Patch.fromBytes(bytes)).isEqualTo(PATCH);
        try (InputStream in = Files.newInputStream(folder.resolve("p"))) {
            Patch loaded = Patch.load(in);
            assertThat(loaded).isEqualTo(PATCH);
            assertThat(loaded.notes()).isEqualTo(PATCH.notes());
        }
    }

    @Test
    void everyCutAndEveryTailIsRefused() {
        byte[] bytes = PATCH.toBytes();
        for (int length = 0; length < bytes.length; length += 7) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Patch.load(new ByteArrayInputStream(cut))).isInstanceOf(FileFormatException.class);
        }
        assertThatThrownBy(() -> Patch.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("follow the last tensor");
    }

    @Test
    void noMoreIsTakenFromAStreamThanItsHeaderTellsOf() {
        byte[] bytes = PATCH.toBytes();
        Endless tail = new Endless();
        assertThatThrownBy(() -> Patch.load(new SequenceInputStream(new ByteArrayInputStream(bytes), tail)))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("follow the last tensor");
        assertThat(tail.taken).isLessThan(20_000);
        Endless zeros = new Endless();
        assertThatThrownBy(() -> Patch.load(zeros)).isInstanceOf(FileFormatException.class);
        assertThat(zeros.taken).isLessThan(20_000);
    }

    @Test
    void whatAHeaderPromisesTakesNoMemoryBeforeItComes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> Patch.load(new ByteArrayInputStream(claiming(2_000_000_000L))))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("cut off");
        assertThatThrownBy(() -> Patch.load(new ByteArrayInputStream(claiming(4_000_000_000_000L))))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("save it as a file");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16L << 20);
    }
}
