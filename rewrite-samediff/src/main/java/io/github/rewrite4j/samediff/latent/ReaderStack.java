package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The linear maps that read a latent, one below the other: A [sum of channels, d]. Which of them count and whether rows have
 * length one are choices that published methods make differently; biases never count.
 *
 * @param readers from input to output
 * @param unitRows whether each row is scaled to length one, so that all channels count alike (Shen and Zhou 2021)
 */
public record ReaderStack(List<LatentReader> readers, boolean unitRows) {
    /** At least one reader, all of the same latent. */
    public ReaderStack {
        Objects.requireNonNull(readers, "readers");
        readers = List.copyOf(readers);
        if (readers.isEmpty()) {
            throw new IllegalArgumentException(
                    "No layer that reads the latent is selected: select at least one, or take ReaderStack.all(network).");
        }
        int dimension = readers.get(0).weight().columns();
        for (LatentReader reader : readers) {
            if (reader.weight().columns() != dimension) {
                throw new IllegalArgumentException("'" + reader + "' reads a latent of another length than '"
                        + readers.get(0) + "': they cannot be stacked.");
            }
        }
    }

    /** What domain expansion was published with: all convolutions and the first conversion to colours (Nitzan et al. 2023). */
    public static ReaderStack faithful(LatentNetwork network) {
        List<LatentReader> chosen = new ArrayList<>();
        boolean colour = false;
        for (LatentReader reader : network.readers()) {
            boolean convolution = reader.kind() == LatentReader.Kind.CONVOLUTION;
            if (convolution || !colour) {
                chosen.add(reader);
            }
            colour |= !convolution;
        }
        return new ReaderStack(chosen, false);
    }

    /** All readers. */
    public static ReaderStack all(LatentNetwork network) {
        return new ReaderStack(network.readers(), false);
    }

    /**
     * The readers of these names.
     *
     * @throws IllegalArgumentException listing near names
     */
    public static ReaderStack named(LatentNetwork network, String... names) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(names, "names");
        List<String> known = network.readers().stream().map(LatentReader::name).toList();
        List<LatentReader> chosen = new ArrayList<>();
        for (String name : names) {
            int i = known.indexOf(name);
            if (i < 0) {
                throw new IllegalArgumentException(
                        "No layer called '" + name + "' reads the latent. " + NearestNames.hint(name, known));
            }
            chosen.add(network.readers().get(i));
        }
        return new ReaderStack(chosen, false);
    }

    /** Those of them that a condition keeps. */
    public ReaderStack where(Predicate<LatentReader> condition) {
        Objects.requireNonNull(condition, "condition");
        return new ReaderStack(readers.stream().filter(condition).toList(), unitRows);
    }

    /** The same with rows of length one. */
    public ReaderStack withUnitRows() {
        return new ReaderStack(readers, true);
    }

    /** A, rows in the order of the readers; rows of zeros stay so. */
    public Matrix matrix() {
        int columns = readers.get(0).weight().columns();
        int rows = readers.stream().mapToInt(reader -> reader.weight().rows()).sum();
        double[] stacked = new double[Math.multiplyExact(rows, columns)];
        int at = 0;
        for (LatentReader reader : readers) {
            double[] weight = reader.weight().toRowMajor();
            System.arraycopy(weight, 0, stacked, at, weight.length);
            at += weight.length;
        }
        for (int row = 0; unitRows && row < rows; row++) {
            toUnitLength(stacked, row * columns, columns);
        }
        return Matrix.of(rows, columns, stacked);
    }

    private static void toUnitLength(double[] values, int from, int length) {
        double squares = 0;
        for (int i = from; i < from + length; i++) {
            squares += values[i] * values[i];
        }
        for (int i = from; squares > 0 && i < from + length; i++) {
            values[i] /= Math.sqrt(squares);
        }
    }

    /** One line: which readers, and their shapes. */
    @Override
    public String toString() {
        return (unitRows ? "unit rows of " : "")
                + String.join(", ", readers.stream().map(LatentReader::toString).toList());
    }
}
