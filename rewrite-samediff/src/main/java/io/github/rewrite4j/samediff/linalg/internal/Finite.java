package io.github.rewrite4j.samediff.linalg.internal;

import io.github.rewrite4j.NotFiniteException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Refuses arrays that hold NaN or infinity.
 *
 * <p>Cost: one sum where the array is, of which a single number is read: a sum is finite only when all of its terms are.
 * Elements are looked at one by one only where the sum is not finite, which that of large finite numbers may be too. About
 * 30 microseconds for an image of 64 x 64 pixels and its input, half a percent of drawing it.
 */
public final class Finite {
    /** What to do about arrays that a caller handed over. */
    public static final String INPUT = "Look where it comes from, and pass finite numbers.";

    /** What to do about arrays that a network computed of finite ones. */
    public static final String RESULT =
            "Lower the strengths of patches; without a patch, the weights or the inputs are larger than float32 can"
                    + " take.";

    private Finite() {}

    /**
     * The array itself.
     *
     * @param what plural, with its article: {@code "The images"}
     * @param advice a sentence on what to do
     * @throws NotFiniteException naming the first number at fault
     */
    public static INDArray require(INDArray array, String what, String advice) {
        if (!array.dataType().isFPType() || array.isEmpty()) {
            return array;
        }
        if (Double.isFinite(sum(array))) {
            return array;
        }
        double[] values = array.dup('c').castTo(DataType.DOUBLE).data().asDouble();
        int[] wrong = IntStream.range(0, values.length)
                .filter(i -> !Double.isFinite(values[i]))
                .toArray();
        if (wrong.length > 0) {
            throw new NotFiniteException(what + " are not finite: " + values[wrong[0]] + " at "
                    + place(wrong[0], array.shape())
                    + (wrong.length > 1 ? " and " + (wrong.length - 1) + " more of " : " of ") + values.length
                    + " numbers. " + advice);
        }
        return array;
    }

    /** The same for each of several arrays, which are called by their names. */
    public static void requireAll(Map<String, INDArray> arrays, String what, String advice) {
        arrays.forEach((name, array) -> require(array, what + " '" + name + "'", advice));
    }

    /** Of the numbers or their sizes, whichever the array's layout makes cheaper. */
    private static double sum(INDArray array) {
        boolean dense = array.elementWiseStride() == 1
                && (array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE);
        return dense
                ? Nd4j.getBlasWrapper().level1().asum(array)
                : array.sumNumber().doubleValue();
    }

    private static String place(long index, long[] shape) {
        long[] at = new long[shape.length];
        long rest = index;
        for (int i = shape.length - 1; i >= 0; i--) {
            at[i] = rest % shape[i];
            rest /= shape[i];
        }
        return shape.length == 4
                ? "sample " + at[0] + ", channel " + at[1] + ", row " + at[2] + ", column " + at[3]
                : Arrays.stream(at).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
