package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.tape.Parameter;
import org.nd4j.linalg.factory.Nd4j;

/** The change of a weight [out, in, kh, kw], seen as a matrix of input channels against outputs and taps. */
final class RankOne {
    private final float[] start;
    private final int out;
    private final int in;
    private final int taps;
    private final int height;

    RankOne(Parameter weight) {
        this.start = weight.value().clone();
        int[] shape = weight.shape();
        this.out = shape[0];
        this.in = shape[1];
        this.height = shape[2];
        this.taps = shape[2] * shape[3];
    }

    private Svd change(Parameter weight) {
        double[] matrix = new double[start.length];
        float[] value = weight.value();
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int t = 0; t < taps; t++) {
                    int at = (o * in + i) * taps + t;
                    matrix[i * out * taps + o * taps + t] = (double) value[at] - start[at];
                }
            }
        }
        return Svd.of(Matrix.of(in, out * taps, matrix));
    }

    /** How much of the change's energy its largest direction holds; 1 for no change. */
    double share(Parameter weight) {
        double total = 0;
        double[] values = change(weight).values();
        for (double value : values) {
            total += value * value;
        }
        return total == 0 ? 1 : values[0] * values[0] / total;
    }

    /** Replaces the change by the nearest one of rank one. */
    void project(Parameter weight) {
        Svd svd = change(weight);
        double size = svd.values()[0];
        float[] value = weight.value();
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int t = 0; t < taps; t++) {
                    int at = (o * in + i) * taps + t;
                    value[at] = (float) (start[at]
                            + size * svd.left().get(i, 0) * svd.right().get(0, o * taps + t));
                }
            }
        }
    }

    /** The nearest change of rank one, as patches hold it. */
    WeightDelta.LowRank delta(Parameter weight) {
        Svd svd = change(weight);
        float[] amounts = new float[out * taps];
        float[] direction = new float[in];
        for (int i = 0; i < in; i++) {
            direction[i] = (float) svd.left().get(i, 0);
        }
        for (int j = 0; j < amounts.length; j++) {
            amounts[j] = (float) (svd.values()[0] * svd.right().get(0, j));
        }
        return new WeightDelta.LowRank(
                weight.name(),
                Nd4j.createFromArray(amounts).reshape(out, 1, height, taps / height),
                Nd4j.createFromArray(direction).reshape(1, in));
    }
}
