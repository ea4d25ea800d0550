package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A value on a tape: a float32 array and, once {@link Tape#backward} ran, the loss's gradient by it. It lives until the
 * tape is cleared. Maps have the shape [N, C, H, W], in the order of their {@linkplain Layout layout}; vectors [N, C] and
 * scalars [] are row-major.
 */
public final class Node {
    private final Tape tape;
    private final int[] shape;
    private final Layout layout;
    private final float[] value;
    private final boolean tracked;
    private float[] gradient = Tape.NOTHING;

    Node(Tape tape, int[] shape, Layout layout, float[] value, boolean tracked) {
        this.tape = tape;
        this.shape = shape;
        this.layout = layout;
        this.value = value;
        this.tracked = tracked;
    }

    /** The tape that holds this. */
    public Tape tape() {
        return tape;
    }

    /** Whether a gradient flows to this. */
    public boolean tracked() {
        return tracked;
    }

    /** Size along a dimension. */
    public int size(int dimension) {
        return shape[dimension];
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** In which order maps lie in the array; of no meaning for other ranks. */
    public Layout layout() {
        return layout;
    }

    /** Whether these are maps with the channels last. */
    boolean channelsLast() {
        return layout == Layout.CHANNELS_LAST && shape.length == 4;
    }

    /** A copy of the shape. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of elements. The array behind this has at least as many. */
    public int length() {
        return Tape.length(shape);
    }

    /** Elements behind one index of the first dimension. */
    public int rowLength() {
        return length() / shape[0];
    }

    /** The array itself, for operations: in the order of the layout, {@link #length()} long, not to be kept. */
    public float[] value() {
        return value;
    }

    /**
     * The gradient itself, zero at first; operations add to it. Of an untracked node nobody reads it, so operations ask
     * {@link #tracked()} first.
     */
    public float[] gradient() {
        if (gradient == Tape.NOTHING) {
            gradient = tape.zeros(value.length);
        }
        return gradient;
    }

    /**
     * Adds to the gradient. The array, of the tape's own and as long as the value, is given away: where it is the first
     * addition it becomes the gradient.
     */
    void accumulate(float[] addition) {
        if (gradient == Tape.NOTHING) {
            gradient = addition;
        } else {
            Arithmetic.addTo(gradient, addition);
        }
    }

    /** A gradient of undefined contents, for whoever fills all of it at once; asked for only where there is none. */
    float[] gradientToFill() {
        gradient = tape.array(value.length);
        return gradient;
    }

    boolean hasGradient() {
        return gradient != Tape.NOTHING;
    }

    void gradientIn(float[] array) {
        gradient = array;
    }

    /** The only element. */
    public float scalar() {
        if (value.length != 1) {
            throw new IllegalStateException("A node of the shape " + Arrays.toString(shape) + " is no scalar.");
        }
        return value[0];
    }

    /** A copy of the value as an ND4J array of this shape. */
    public INDArray toArray() {
        long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
        if (channelsLast()) {
            int plane = shape[2] * shape[3];
            return Nd4j.createFromArray(Layout.CHANNELS_FIRST.reordered(value, shape[0], shape[1], plane))
                    .reshape(dimensions);
        }
        return dimensions.length == 0
                ? Nd4j.scalar(value[0])
                : Nd4j.createFromArray(value.clone()).reshape(dimensions);
    }

    Node requireShape(String operand, int... expected) {
        boolean same = expected.length == shape.length;
        for (int i = 0; same && i < expected.length; i++) {
            same = expected[i] < 0 || expected[i] == shape[i];
        }
        if (!same) {
            throw new IllegalArgumentException("The " + operand + " has the shape " + Arrays.toString(shape)
                    + ", but expected was " + Arrays.toString(expected) + " (-1: any size).");
        }
        return this;
    }

    @Override
    public String toString() {
        return "node " + Arrays.toString(shape) + (tracked ? " tracked" : "");
    }
}
