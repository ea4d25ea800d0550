package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A value of a plan: its shape, its order, and, once the plan is laid out, its array. Views of one array under several shapes
 * have one root. The array of a root may be longer than the value.
 */
final class Slot {
    private static final float[] NONE = {};

    private final int[] shape;
    private final Order order;
    private final int fold;
    private final int length;
    private final Slot root;
    private float[] value = NONE;
    private float[] gradient = NONE;
    private boolean known;
    private boolean tracked;
    private boolean versions;
    private boolean untouched;
    private int version;
    private long @Nullable [] wholes;
    private @Nullable INDArray original;

    private Slot(int[] shape, Order order, int fold, @Nullable Slot root) {
        this.shape = shape.clone();
        this.order = order;
        this.fold = fold;
        int count = 1;
        for (int size : shape) {
            count = Math.multiplyExact(count, size);
        }
        this.length = count;
        this.root = root == null ? this : root;
    }

    /** A value that a step or a feed fills. */
    static Slot of(Order order, int... shape) {
        return new Slot(shape, order, 0, null);
    }

    /** A value that never changes. */
    static Slot known(float[] value, int... shape) {
        Slot slot = of(Order.PLAIN, shape);
        slot.know(value);
        return slot;
    }

    /** Whole numbers that never change. */
    static Slot known(long[] numbers, int... shape) {
        float[] value = new float[numbers.length];
        for (int i = 0; i < value.length; i++) {
            value[i] = numbers[i];
        }
        Slot slot = known(value, shape);
        slot.wholes = numbers.clone();
        return slot;
    }

    /** The same array under another shape. */
    Slot view(Order other, int folded, int... otherShape) {
        Slot view = new Slot(otherShape, other, folded, root);
        if (view.length != length) {
            throw new NoPlanException(
                    Arrays.toString(shape) + " cannot be seen as " + Arrays.toString(otherShape) + ".");
        }
        view.wholes = wholes;
        return view;
    }

    /** Keeps the array of the graph that a constant was read from, for operations that ND4J runs. */
    void remember(INDArray array) {
        original = array;
    }

    /** That array, or null. */
    @Nullable
    INDArray original() {
        return original;
    }

    void know(float[] numbers) {
        root.value = numbers;
        root.known = true;
    }

    /** Says that whoever fills it {@linkplain #renew() tells so}: what is fed, or kept from run to run. */
    void hasVersions() {
        root.versions = true;
    }

    /** The numbers are others from now on. */
    void renew() {
        root.version++;
    }

    /** Whether the numbers are the same as long as the {@link #version} is. */
    boolean hasVersion() {
        return root.known || root.versions;
    }

    int version() {
        return root.version;
    }

    int[] shape() {
        return shape;
    }

    int size(int axis) {
        return shape[axis];
    }

    int rank() {
        return shape.length;
    }

    int length() {
        return length;
    }

    Order order() {
        return order;
    }

    /** Planes of a sample, of a {@link Order#FOLDED} value. */
    int fold() {
        return fold;
    }

    Slot root() {
        return root;
    }

    boolean isKnown() {
        return root.known;
    }

    boolean tracked() {
        return root.tracked;
    }

    void track() {
        root.tracked = true;
    }

    float[] value() {
        return root.value;
    }

    /** The gradient, to be read or added to: zeros at first. */
    float[] gradient() {
        if (root.untouched) {
            root.untouched = false;
            Arrays.fill(root.gradient, 0, length, 0);
        }
        return root.gradient;
    }

    /** The gradient is zero from now on, whatever lies in its array. */
    void forgetGradient() {
        root.untouched = true;
    }

    /** Whether the gradient is still zero. Whoever asks and hears so writes all of {@link #gradient}, without adding. */
    boolean takesFirst() {
        boolean first = root.untouched;
        root.untouched = false;
        return first;
    }

    void lie(float[] array) {
        root.value = array;
    }

    void lieGradient(float[] array) {
        root.gradient = array;
    }

    /**
     * The whole numbers of a known value.
     *
     * @throws NoPlanException when it is computed from what is fed
     */
    long[] wholes() {
        if (!isKnown()) {
            throw new NoPlanException("its sizes or axes depend on what is fed.");
        }
        if (wholes != null) {
            return wholes.clone();
        }
        long[] rounded = new long[length];
        for (int i = 0; i < length; i++) {
            rounded[i] = (long) Math.rint(value()[i]);
        }
        return rounded;
    }

    /** Whether all numbers lie in the same places in both orders. */
    boolean liesBothWays() {
        return order != Order.FOLDED && rank() == 4 && (shape[1] == 1 || shape[2] * shape[3] == 1);
    }

    /** Steps in the array along each axis. */
    int[] strides() {
        int[] strides = new int[shape.length];
        if (order == Order.FOLDED) {
            throw new IllegalStateException("Folded planes have no strides.");
        }
        if (order == Order.LAST) {
            strides[1] = 1;
            strides[3] = shape[1];
            strides[2] = shape[1] * shape[3];
            strides[0] = shape[1] * shape[3] * shape[2];
            return strides;
        }
        int step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape[i];
        }
        return strides;
    }

    /** The axes from the slowest to the quickest in the array. */
    int[] axesAsTheyLie() {
        if (order == Order.LAST) {
            return new int[] {0, 2, 3, 1};
        }
        int[] axes = new int[shape.length];
        Arrays.setAll(axes, i -> i);
        return axes;
    }

    @Override
    public String toString() {
        return Arrays.toString(shape) + " " + order;
    }
}
