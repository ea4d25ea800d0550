package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SafeTensorsFuzzTest {
    private static final int MUTANTS = 2_000;
    private static final long ALLOWANCE = 1 << 20;
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final String[] NUMBERS = {
        "0",
        "1",
        "7",
        "-1",
        "4294967296",
        "2147483647",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "1e9",
        "99999999999999999999999",
        "1099511627776"
    };

    private static byte[] valid() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SafeTensorsWriter()
                .add("weight", new double[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .add("bias", new float[] {1, 2}, 2)
                .add("step", new long[] {7})
                .add("none", new float[0], 0, 4)
                .addRaw("half", TensorType.F16, new byte[4], 2)
                .addRaw("flags", TensorType.BOOL, new byte[] {1, 0, 1}, 3)
                .addRaw("pixels", TensorType.U8, new byte[] {1, 2, 3}, 3)
                .metadata("kind", "fuzz")
                .writeTo(out);
        return out.toByteArray();
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] file = original.clone();
        int at = random.nextInt(file.length);
        switch (random.nextInt(7)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> file[at] = (byte) random.nextInt(256);
            case 2 -> file = Arrays.copyOf(file, at);
            case 3 -> file = Arrays.copyOf(file, file.length + 1 + random.nextInt(16));
            case 4 -> file[random.nextInt(8)] = (byte) random.nextInt(256);
            case 5 -> {
                int length = random.nextInt(16);
                int to = random.nextInt(file.length);
                length = Math.min(length, file.length - Math.max(at, to));
                System.arraycopy(original, at, file, to, length);
            }
            default -> file = otherNumber(file, random);
        }
        return file;
    }

    /** Replaces a number of the header and corrects its length: what a forger would do. */
    private static byte[] otherNumber(byte[] file, Random random) {
        int length = (file[0] & 0xff) | (file[1] & 0xff) << 8;
        if (file.length < 8 + length) {
            return file;
        }
        String header = new String(file, 8, length, StandardCharsets.ISO_8859_1);
        MatchResult[] numbers = NUMBER.matcher(header).results().toArray(MatchResult[]::new);
        if (numbers.length == 0) {
            return file;
        }
        MatchResult chosen = numbers[random.nextInt(numbers.length)];
        String forged = header.substring(0, chosen.start())
                + NUMBERS[random.nextInt(NUMBERS.length)]
                + header.substring(chosen.end());
        byte[] text = forged.getBytes(StandardCharsets.ISO_8859_1);
        int[] values = new int[file.length - 8 - length];
        for (int i = 0; i < values.length; i++) {
            values[i] = file[8 + length + i];
        }
        return HandMade.file(text.length, text, values);
    }

    private static void readEverything(byte[] file, boolean arraysToo) throws IOException {
        SafeTensors tensors = SafeTensors.read(new ByteArrayInputStream(file), "mutant");
        for (String name : tensors.names()) {
            tensors.bytes(name);
            switch (tensors.info(name).type()) {
                case F64, F32, F16, BF16 -> tensors.doubles(name);
                case I64, I32, U8, BOOL -> tensors.longs(name);
            }
            if (arraysToo) {
                assertThat(tensors.load(name).shape())
                        .isEqualTo(tensors.info(name).shape());
            }
        }
    }

    @Test
    void mutantsAreReadOrRefusedAndNothingElse() throws IOException {
        byte[] original = valid();
        readEverything(original, true);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(20_26);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutate(original, random);
            for (int more = random.nextInt(3); more > 0 && mutant.length > 0; more--) {
                mutant = mutate(mutant, random);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                readEverything(mutant, i % 8 == 0);
                read++;
            } catch (FileFormatException e) {
                refused++;
            } catch (IOException | RuntimeException | Error e) {
                fail("mutant " + i + " of " + mutant.length + " bytes", e);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for mutant %d of %d bytes", i, mutant.length)
                    .isLessThan(ALLOWANCE);
        }
        // Both ways must have been taken, or the mutations are too tame or too wild to say anything.
        assertThat(read).isGreaterThan(MUTANTS / 50);
        assertThat(refused).isGreaterThan(MUTANTS / 2);
    }
}
