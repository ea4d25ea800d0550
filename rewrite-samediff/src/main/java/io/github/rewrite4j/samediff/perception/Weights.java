package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** Reads weights from files that may be wrong. */
public final class Weights {
    private Weights() {}

    /**
     * A weight of a given shape.
     *
     * @throws FileFormatException when it is missing, misshapen or not finite
     */
    public static Parameter read(SafeTensors tensors, String name, int... shape) throws IOException {
        Objects.requireNonNull(tensors, "tensors");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(shape, "shape");
        long[] found = tensors.shape(name);
        if (!Arrays.equals(found, Arrays.stream(shape).asLongStream().toArray())) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    name,
                    "its shape is " + Arrays.toString(found) + ", expected " + Arrays.toString(shape));
        }
        float[] values = tensors.floats(name);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw FileFormatException.atKey(
                        tensors.label(), name, "element " + i + " is " + values[i] + ", expected finite weights");
            }
        }
        return new Parameter(name, values, shape);
    }
}
