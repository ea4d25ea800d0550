package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution that changes by a low rank: {@code W[o, i, t] = W0[o, i, t] + sum_r U[o, t, r] V[r, i]}. The tape knows W
 * alone; its gradient G gives those of the factors, {@code dU = G V'} and {@code dV = U' G}.
 */
final class LowRankChange {
    private final Parameter weight;
    private final float[] start;
    private final int rank;
    private final int out;
    private final int in;
    private final int taps;
    private final Parameter left;
    private final Parameter right;

    /**
     * @param weight [out, in, kh, kw]; its value changes
     * @param rank at most the number of inputs
     */
    LowRankChange(Parameter weight, int rank, SplittableRandom random) {
        int[] shape = weight.shape();
        this.weight = weight;
        this.start = weight.value().clone();
        this.out = shape[0];
        this.in = shape[1];
        this.taps = shape[2] * shape[3];
        this.rank = Math.min(rank, in);
        this.left = new Parameter(weight.name() + ".left", new float[out * taps * this.rank], out * taps, this.rank);
        float[] directions = new float[this.rank * in];
        for (int i = 0; i < directions.length; i++) {
            directions[i] = (float) random.nextGaussian();
        }
        this.right = new Parameter(weight.name() + ".right", directions, this.rank, in);
    }

    /** Trains it, at a rate relative to the root mean square of the weight. */
    void trainedBy(Adam adam, double rate) {
        adam.add(left, rate * weight.rms() / Math.sqrt(rank)).add(right, rate);
    }

    /** Writes the weight that the factors give. */
    void apply() {
        float[] value = weight.value();
        float[] u = left.value();
        float[] v = right.value();
        for (int o = 0; o < out; o++) {
            for (int t = 0; t < taps; t++) {
                int row = (o * taps + t) * rank;
                for (int i = 0; i < in; i++) {
                    int at = (o * in + i) * taps + t;
                    float sum = start[at];
                    for (int r = 0; r < rank; r++) {
                        sum += u[row + r] * v[r * in + i];
                    }
                    value[at] = sum;
                }
            }
        }
    }

    /** Hands the gradient of the weight on to the factors. */
    void chain() {
        float[] g = weight.gradient();
        float[] u = left.value();
        float[] v = right.value();
        float[] du = left.gradient();
        float[] dv = right.gradient();
        for (int o = 0; o < out; o++) {
            for (int t = 0; t < taps; t++) {
                int row = (o * taps + t) * rank;
                for (int i = 0; i < in; i++) {
                    float slope = g[(o * in + i) * taps + t];
                    for (int r = 0; r < rank; r++) {
                        du[row + r] += slope * v[r * in + i];
                        dv[r * in + i] += slope * u[row + r];
                    }
                }
            }
        }
        Arrays.fill(g, 0);
    }

    /** The change as a patch holds it. */
    WeightDelta delta() {
        int side = weight.shape()[2];
        float[] u = left.value();
        float[] reordered = new float[u.length];
        for (int o = 0; o < out; o++) {
            for (int r = 0; r < rank; r++) {
                for (int t = 0; t < taps; t++) {
                    reordered[(o * rank + r) * taps + t] = u[(o * taps + t) * rank + r];
                }
            }
        }
        INDArray outer = Nd4j.createFromArray(reordered).reshape(out, rank, side, taps / side);
        INDArray inner = Nd4j.createFromArray(right.value().clone()).reshape(rank, in);
        return new WeightDelta.LowRank(weight.name(), outer, inner);
    }
}
