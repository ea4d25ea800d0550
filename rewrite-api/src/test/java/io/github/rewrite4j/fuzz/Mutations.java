package io.github.rewrite4j.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A plain driver of mutations: seed files, changed in one to six places in the ways in which files get damaged and forged,
 * each held against a {@link ReaderTrial}. The same seed gives the same files on every machine.
 */
public final class Mutations {
    private static final Path FOUND = Path.of("target", "mutants");
    private static final int LONGEST = 1 << 20;
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        3,
        7,
        127,
        128,
        255,
        256,
        32767,
        32768,
        65535,
        65536,
        1 << 20,
        1 << 24,
        Integer.MAX_VALUE,
        1L << 31,
        0xffffffffL,
        1L << 32,
        1L << 40,
        1L << 53,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2
    };
    private static final String[] DIGITS = {
        "0",
        "1",
        "-1",
        "2",
        "31",
        "2147483647",
        "2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "1e9",
        "1e999",
        "0.5",
        "-0.0",
        "NaN",
        "99999999999999999999999999",
        "9".repeat(5000)
    };
    private static final String[] TEXTS = {
        "\u001b[2J\u001b]0;x\u0007",
        "\u202e",
        "\u0000",
        "\"",
        "\\",
        "'",
        "(",
        "[",
        "{",
        "}",
        ",",
        "\n",
        "%s%n",
        "\u00e9",
        "\ud83d\ude00"
    };

    private final List<byte[]> seeds;
    private final SplittableRandom random;

    private Mutations(List<byte[]> seeds, long seed) {
        this.seeds = seeds;
        this.random = new SplittableRandom(seed);
    }

    /** Mutations of these files. */
    public static Mutations of(List<byte[]> seeds, long seed) {
        if (seeds.isEmpty() || seeds.stream().anyMatch(file -> file.length == 0)) {
            throw new IllegalArgumentException(
                    "There are no mutations of nothing: give seed files that are not empty.");
        }
        return new Mutations(List.copyOf(seeds), seed);
    }

    /**
     * What became of the mutants.
     *
     * @param read read to the end
     * @param refused refused in a sentence
     */
    public record Outcome(int read, int refused) {}

    /**
     * Has the seeds read, which must succeed, and then so many mutants. A mutant that the trial condemns is kept in {@code
     * target/mutants}.
     */
    public Outcome run(int count, ReaderTrial trial) {
        for (byte[] seed : seeds) {
            if (!trial.read(seed)) {
                throw new AssertionError(trial.name() + ": a seed was refused; mutants of it would say nothing");
            }
        }
        int read = 0;
        for (int i = 0; i < count; i++) {
            byte[] mutant = next();
            try {
                read += trial.read(mutant) ? 1 : 0;
            } catch (AssertionError condemned) {
                throw new AssertionError(
                        "mutant " + i + ", kept as " + kept(trial.name(), mutant) + ": " + condemned.getMessage(),
                        condemned);
            }
        }
        return new Outcome(read, count - read);
    }

    private static Path kept(String name, byte[] mutant) {
        try {
            Files.createDirectories(FOUND);
            return Files.write(FOUND.resolve(name.replaceAll("\\W+", "-") + ".bin"), mutant);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next mutant. */
    public byte[] next() {
        byte[] file = seeds.get(random.nextInt(seeds.size())).clone();
        for (int changes = 1 + random.nextInt(random.nextInt(1, 7)); changes > 0; changes--) {
            file = file.length == 0 ? bytes(1 + random.nextInt(16)) : changed(file);
        }
        return file;
    }

    private byte[] changed(byte[] file) {
        int at = random.nextInt(file.length);
        int length = Math.min(1 + random.nextInt(1 << random.nextInt(1, 9)), file.length - at);
        switch (random.nextInt(13)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> file[at] = (byte) random.nextInt(256);
            case 2 -> file = Arrays.copyOf(file, at);
            case 3 -> file = spliced(file, at, 0, bytes(length));
            case 4 -> file = spliced(file, at, length, new byte[0]);
            case 5 -> file = spliced(file, random.nextInt(file.length), 0, Arrays.copyOfRange(file, at, at + length));
            case 6 -> System.arraycopy(file, at, file, random.nextInt(file.length - length + 1), length);
            case 7 ->
                file = spliced(file, at, length, repeated(Arrays.copyOfRange(file, at, at + length), file.length));
            case 8, 9 -> number(file, at);
            case 10 -> file = digits(file);
            case 11 -> file = spliced(file, at, 0, text());
            default -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(other.length);
                file = spliced(file, at, file.length - at, Arrays.copyOfRange(other, from, other.length));
            }
        }
        return file;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] text() {
        return TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.UTF_8);
    }

    private byte[] repeated(byte[] part, int present) {
        int most = Math.max(1, Math.min(1 << random.nextInt(1, 15), (LONGEST - present) / part.length));
        byte[] all = new byte[part.length * most];
        for (int i = 0; i < all.length; i++) {
            all[i] = part[i % part.length];
        }
        return all;
    }

    /** Overwrites what may be a length with another, in either order of bytes. */
    private void number(byte[] file, int at) {
        int width = 1 << random.nextInt(4);
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, NUMBERS[random.nextInt(NUMBERS.length)]);
        boolean big = random.nextBoolean();
        for (int i = 0; i < width && at + i < file.length; i++) {
            file[at + i] = value.get(big ? width - 1 - i : i);
        }
    }

    /** Replaces a number in decimal digits by another: what a forger would do. */
    private byte[] digits(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        MatchResult[] numbers = NUMBER.matcher(text).results().limit(2000).toArray(MatchResult[]::new);
        if (numbers.length == 0) {
            return file;
        }
        MatchResult chosen = numbers[random.nextInt(numbers.length)];
        byte[] other = DIGITS[random.nextInt(DIGITS.length)].getBytes(StandardCharsets.ISO_8859_1);
        return spliced(file, chosen.start(), chosen.end() - chosen.start(), other);
    }

    private static byte[] spliced(byte[] file, int at, int removed, byte[] added) {
        byte[] spliced = new byte[file.length - removed + added.length];
        System.arraycopy(file, 0, spliced, 0, at);
        System.arraycopy(added, 0, spliced, at, added.length);
        System.arraycopy(file, at + removed, spliced, at + added.length, file.length - at - removed);
        return spliced;
    }
}
