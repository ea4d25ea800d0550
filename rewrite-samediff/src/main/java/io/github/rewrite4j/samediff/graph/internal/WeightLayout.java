package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.WeightShape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How a graph stores a weight, against the canonical [out, in, kernel height, kernel width]. */
public enum WeightLayout {
    /** [kernel height, kernel width, in, out]: conv2d. */
    YXIO("3201", "2310"),
    /** [kernel height, kernel width, out, in]: deconv2d. */
    YXOI("2301", "2301"),
    /** [out, in, kernel height, kernel width]: conv2d as PyTorch stores it. */
    OIYX("0123", "0123"),
    /** [out, kernel height, kernel width, in]: conv2d. */
    OYXI("0312", "0231"),
    /** [in, out]: the right factor of a matrix product. */
    IO("10", "10"),
    /** [out, in]: the right factor of a matrix product, transposed there. */
    OI("01", "01");

    private final String toCanonical;
    private final String fromCanonical;

    /** Axes to permute by, one digit each. */
    WeightLayout(String toCanonical, String fromCanonical) {
        this.toCanonical = toCanonical;
        this.fromCanonical = fromCanonical;
    }

    /** Output channels of a weight in this layout. */
    public long out(long... shape) {
        return shape[axes(toCanonical)[0]];
    }

    /** The canonical shape of a weight that has this shape here. */
    public WeightShape canonicalShape(long... shape) {
        int[] axes = axes(toCanonical);
        int[] sizes = {1, 1, 1, 1};
        for (int i = 0; i < axes.length; i++) {
            sizes[i] = Math.toIntExact(shape[axes[i]]);
        }
        return new WeightShape(sizes[0], sizes[1], sizes[2], sizes[3]);
    }

    /** A copy in canonical layout. */
    public INDArray toCanonical(INDArray stored) {
        INDArray copy = stored.permute(axes(toCanonical)).dup('c');
        return isMatrix() ? copy.reshape('c', copy.size(0), copy.size(1), 1, 1) : copy;
    }

    /** A copy in this layout. */
    public INDArray fromCanonical(INDArray canonical) {
        if (!isMatrix()) {
            return canonical.permute(axes(fromCanonical)).dup('c');
        }
        try (INDArray copy = canonical.dup('c')) {
            return copy.reshape('c', canonical.size(0), canonical.size(1))
                    .permute(axes(fromCanonical))
                    .dup('c');
        }
    }

    /**
     * Numbers in this layout of numbers in the canonical one.
     *
     * @param canonical in C order
     * @param shape [out, in, kernel height, kernel width]
     */
    public double[] fromCanonical(double[] canonical, WeightShape shape) {
        int[] sizes = {shape.out(), shape.in(), shape.kernelHeight(), shape.kernelWidth()};
        int[] axes = axes(fromCanonical);
        int[] strides = {0, 0, 0, 1};
        int[] wanted = {1, 1, 1, 1};
        for (int axis = 2; axis >= 0; axis--) {
            strides[axis] = strides[axis + 1] * sizes[axis + 1];
        }
        int[] steps = new int[4];
        for (int i = 0; i < axes.length; i++) {
            wanted[i] = sizes[axes[i]];
            steps[i] = strides[axes[i]];
        }
        double[] result = new double[canonical.length];
        int to = 0;
        for (int a = 0; a < wanted[0]; a++) {
            for (int b = 0; b < wanted[1]; b++) {
                for (int c = 0; c < wanted[2]; c++) {
                    int from = a * steps[0] + b * steps[1] + c * steps[2];
                    for (int d = 0; d < wanted[3]; d++, from += steps[3]) {
                        result[to++] = canonical[from];
                    }
                }
            }
        }
        return result;
    }

    /** Writes a weight of these sizes [out, in, rows, columns] as it lies here. */
    public void store(float[] canonical, float[] stored, int[] sizes) {
        walk(canonical, stored, sizes, false);
    }

    /** Adds a weight of these sizes [out, in, rows, columns] that lies as here to one in canonical order. */
    public void addCanonical(float[] stored, float[] canonical, int[] sizes) {
        walk(canonical, stored, sizes, true);
    }

    private void walk(float[] canonical, float[] stored, int[] sizes, boolean back) {
        int out = sizes[0];
        int in = sizes[1];
        int height = sizes[2];
        int width = sizes[3];
        int taps = height * width;
        // Numbers to the next output, input and tap.
        int[] steps =
                switch (this) {
                    case YXIO -> new int[] {1, out, in * out};
                    case YXOI -> new int[] {in, 1, in * out};
                    case OIYX -> new int[] {in * taps, taps, 1};
                    case OYXI -> new int[] {taps * in, 1, in};
                    case IO -> new int[] {1, out, 0};
                    case OI -> new int[] {in, 1, 0};
                };
        int perTap = steps[2];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                int from = (o * in + i) * taps;
                int to = o * steps[0] + i * steps[1];
                for (int t = 0; t < taps; t++) {
                    if (back) {
                        canonical[from + t] += stored[to + t * perTap];
                    } else {
                        stored[to + t * perTap] = canonical[from + t];
                    }
                }
            }
        }
    }

    private boolean isMatrix() {
        return toCanonical.length() == 2;
    }

    private static int[] axes(String digits) {
        return digits.chars().map(Character::getNumericValue).toArray();
    }
}
