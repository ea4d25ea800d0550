package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws classes, each with the same probability, from a stream of their own for each seed ({@link ClassStream}): as numbers from
 * 0, in arrays [N] or [N, 1], or as rows [N, classes] of zeros and a one. Immutable.
 */
public final class ClassSampler implements InputSampler {
    private final String input;
    private final int classes;
    private final long[] row;

    private ClassSampler(String input, int classes, long... row) {
        this.input = Objects.requireNonNull(input, "input");
        if (classes < 1) {
            throw new IllegalArgumentException(
                    "The input '" + input + "' takes at least one class, but got " + classes + ".");
        }
        this.classes = classes;
        this.row = row;
    }

    /** The class of each sample as a number. */
    public static ClassSampler numbers(String input, int classes) {
        return new ClassSampler(input, classes);
    }

    /** The class of each sample as a number in a row of its own. */
    public static ClassSampler column(String input, int classes) {
        return new ClassSampler(input, classes, 1);
    }

    /** The class of each sample as a one among zeros. */
    public static ClassSampler oneHot(String input, int classes) {
        return new ClassSampler(input, classes, classes);
    }

    @Override
    public Inputs at(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("Name at least one sample.");
        }
        boolean marked = row.length == 1 && row[0] == classes && classes > 1;
        float[] values = new float[samples.size() * (marked ? classes : 1)];
        for (int n = 0; n < samples.size(); n++) {
            int number = ClassStream.at(samples.get(n), classes);
            if (marked) {
                values[n * classes + number] = 1;
            } else {
                values[n] = isOneOfOne() ? 1 : number;
            }
        }
        INDArray flat = Nd4j.create(DataType.FLOAT, values.length);
        flat.assign(Nd4j.createFromArray(values));
        return Inputs.of(input, row.length == 0 ? flat : flat.reshape('c', samples.size(), row[0]));
    }

    private boolean isOneOfOne() {
        return classes == 1 && row.length == 1;
    }

    @Override
    public String id() {
        return (row.length == 0 ? "classes" : "classes in rows of " + row[0]) + " of " + classes;
    }
}
