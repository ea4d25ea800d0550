package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A trained array: its name, its value and the gradient that the tapes of a step add up. */
public final class Parameter {
    private final String name;
    private final int[] shape;
    private final float[] value;
    private final float[] gradient;

    /**
     * @param name unique within a model
     * @param value taken over, not copied
     */
    public Parameter(String name, float[] value, int... shape) {
        if (value.length != Tape.length(shape)) {
            throw new IllegalArgumentException(
                    "'" + name + "' has " + value.length + " elements, but the shape " + Arrays.toString(shape) + ".");
        }
        this.name = name;
        this.shape = shape.clone();
        this.value = value;
        this.gradient = new float[value.length];
    }

    /** A parameter that starts as a copy of an array. */
    public static Parameter of(String name, INDArray start) {
        return new Parameter(name, HostArrays.of(start), HostArrays.shape(start));
    }

    public String name() {
        return name;
    }

    /** A copy of the shape. */
    public int[] shape() {
        return shape.clone();
    }

    /** The array itself, which optimisers change. */
    public float[] value() {
        return value;
    }

    /** The gradient itself; {@link Tape#addGradients} adds to it, optimisers set it back to zero. */
    public float[] gradient() {
        return gradient;
    }

    /** Root mean square of the value. */
    public double rms() {
        double sum = 0;
        for (float v : value) {
            sum += (double) v * v;
        }
        return Math.sqrt(sum / value.length);
    }

    /** A copy of the value. */
    public INDArray toArray() {
        return Nd4j.createFromArray(value.clone())
                .reshape(Arrays.stream(shape).asLongStream().toArray());
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(shape);
    }
}
