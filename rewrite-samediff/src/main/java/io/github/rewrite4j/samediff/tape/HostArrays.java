package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies of ND4J arrays on the Java heap. */
public final class HostArrays {
    private HostArrays() {}

    /** The elements in row-major order, as float32. */
    public static float[] of(INDArray array) {
        return NativeFloats.heap(array);
    }

    /** As {@link #of(INDArray)}; maps [N, C, H, W] in the order of a layout. */
    public static float[] of(INDArray array, Layout layout) {
        float[] rowMajor = of(array);
        if (layout == Layout.CHANNELS_FIRST || array.rank() != 4) {
            return rowMajor;
        }
        int[] shape = shape(array);
        return layout.reordered(rowMajor, shape[0], shape[1], shape[2] * shape[3]);
    }

    /** The shape as integers. */
    public static int[] shape(INDArray array) {
        return Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray();
    }
}
