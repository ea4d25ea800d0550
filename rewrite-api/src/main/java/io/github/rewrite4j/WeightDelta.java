package io.github.rewrite4j;

import io.github.rewrite4j.io.PrintableText;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The change of one weight, in float32. The canonical shape of a weight is [out, in, kernel height, kernel width]. */
public sealed interface WeightDelta {
    /** Name of the weight. */
    String weight();

    /** Canonical shape of the weight this changes. */
    WeightShape shape();

    /** The change in full, float64, canonical shape. Cost: one matrix product. */
    default INDArray toDense() {
        WeightShape s = shape();
        long[] sizes = {s.out(), s.in(), s.kernelHeight(), s.kernelWidth()};
        return Nd4j.create(toDoubles(), sizes, 'c');
    }

    /**
     * The numbers of {@link #toDense} in a new array, [out, in, kernel height, kernel width] in C order. Takes no native
     * memory, which would be held until the collector runs.
     */
    double[] toDoubles();

    /** Upper bound of the rank of the change, seen as a matrix with the input channels as columns. */
    int rank();

    /** Number of stored numbers. */
    long size();

    /**
     * dW[o, i, y, x] = sum_r left[o, r, y, x] right[r, i]: every tap changes only along {@code rank} directions of the
     * input channels (Bau et al. 2020).
     */
    record LowRank(String weight, INDArray left, INDArray right) implements WeightDelta {
        /**
         * @param weight name of the weight
         * @param left the amounts, [out, rank, kernel height, kernel width]
         * @param right the directions, [rank, in]
         */
        public LowRank {
            Objects.requireNonNull(weight, "weight");
            if (left.rank() != 4 || right.rank() != 2 || left.size(1) != right.size(0)) {
                throw new IllegalArgumentException("A low-rank change of '" + PrintableText.name(weight)
                        + "' needs amounts [out, rank, height, width] and directions [rank, in], but got "
                        + Arrays.toString(left.shape()) + " and " + Arrays.toString(right.shape()) + ".");
            }
            requireNumbers(weight, left);
            requireNumbers(weight, right);
            left = finite(weight, left);
            right = finite(weight, right);
        }

        /** A copy of the amounts. */
        @Override
        public INDArray left() {
            return left.dup('c');
        }

        /** A copy of the directions. */
        @Override
        public INDArray right() {
            return right.dup('c');
        }

        @Override
        public WeightShape shape() {
            return WeightShape.of(left.size(0), right.size(1), left.size(2), left.size(3));
        }

        @Override
        public double[] toDoubles() {
            WeightShape s = shape();
            int in = s.in();
            int taps = s.kernelHeight() * s.kernelWidth();
            int rank = rank();
            float[] amounts = left.data().asFloat();
            float[] directions = right.data().asFloat();
            double[] dense = new double[Math.multiplyExact(s.out(), in * taps)];
            double[] row = new double[in];
            for (int o = 0; o < s.out(); o++) {
                for (int tap = 0; tap < taps; tap++) {
                    Arrays.fill(row, 0);
                    for (int r = 0; r < rank; r++) {
                        double amount = amounts[(o * rank + r) * taps + tap];
                        for (int i = 0, from = r * in; i < in; i++, from++) {
                            row[i] += amount * directions[from];
                        }
                    }
                    for (int i = 0, to = o * in * taps + tap; i < in; i++, to += taps) {
                        dense[to] = row[i];
                    }
                }
            }
            return dense;
        }

        @Override
        public int rank() {
            return Math.toIntExact(right.size(0));
        }

        @Override
        public long size() {
            return left.length() + right.length();
        }
    }

    /** A change in full. */
    record Dense(String weight, INDArray delta) implements WeightDelta {
        /**
         * @param weight name of the weight
         * @param delta the change, [out, in, kernel height, kernel width]
         */
        public Dense {
            Objects.requireNonNull(weight, "weight");
            if (delta.rank() != 4) {
                throw new IllegalArgumentException("A change of '" + PrintableText.name(weight)
                        + "' has the shape [out, in, height, width], but got " + Arrays.toString(delta.shape()) + ".");
            }
            requireNumbers(weight, delta);
            delta = finite(weight, delta);
        }

        /** A copy of the change. */
        @Override
        public INDArray delta() {
            return delta.dup('c');
        }

        @Override
        public WeightShape shape() {
            return WeightShape.of(delta.shape());
        }

        @Override
        public double[] toDoubles() {
            return delta.data().asDouble();
        }

        @Override
        public int rank() {
            return Math.toIntExact(Math.min(delta.size(0) * delta.size(2) * delta.size(3), delta.size(1)));
        }

        @Override
        public long size() {
            return delta.length();
        }
    }

    private static void requireNumbers(String weight, INDArray array) {
        if (array.isEmpty() || Arrays.stream(array.shape()).anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("The change of '" + PrintableText.name(weight) + "' has the shape "
                    + Arrays.toString(array.shape()) + ", which holds no number: a change has a rank of at least 1.");
        }
    }

    private static INDArray finite(String weight, INDArray array) {
        INDArray copy = array.dup('c').castTo(DataType.FLOAT);
        for (float value : copy.data().asFloat()) {
            if (!Float.isFinite(value)) {
                throw new RewriteException("The change of '" + PrintableText.name(weight) + "' holds " + value
                        + ", which is not finite in 32 bits: if it was learnt, lower the learning rate or raise"
                        + " gamma and try again; if it was read, the file is damaged.");
            }
        }
        return copy;
    }
}
