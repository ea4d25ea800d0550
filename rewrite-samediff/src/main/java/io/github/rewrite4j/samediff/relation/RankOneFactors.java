package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.Arrays;

/**
 * A weight that changes by {@code u v'} alone, u the amounts [out, taps] and v a direction of the input channels. The tape
 * knows the weight; its gradient G gives those of the factors, {@code G v} and {@code G' u}.
 */
final class RankOneFactors implements RelationDescent.Move {
    private final float[] start;
    private final int out;
    private final int in;
    private final int taps;
    private final Parameter amounts;
    private final Parameter direction;
    private final Adam adam;
    private final RankOne original;

    /**
     * @param weight takes the values that the change gives at once
     * @param change of rank one, to start from
     * @param rate of Adam, over the root mean squares of the weight and of the direction
     */
    RankOneFactors(Parameter weight, WeightDelta.LowRank change, double rate) {
        int[] shape = weight.shape();
        this.original = new RankOne(weight);
        this.start = weight.value().clone();
        this.out = shape[0];
        this.in = shape[1];
        this.taps = shape[2] * shape[3];
        this.amounts = new Parameter("amounts", HostArrays.of(change.left()), out, taps);
        this.direction = new Parameter("direction", HostArrays.of(change.right()), in);
        this.adam = new Adam(0.9, 0.999)
                .add(amounts, rate * weight.rms() * Math.sqrt(in))
                .add(direction, rate / Math.sqrt(in));
        apply(weight);
    }

    private void apply(Parameter weight) {
        float[] value = weight.value();
        float[] u = amounts.value();
        float[] v = direction.value();
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int t = 0; t < taps; t++) {
                    int at = (o * in + i) * taps + t;
                    value[at] = start[at] + u[o * taps + t] * v[i];
                }
            }
        }
    }

    @Override
    public void move(Parameter weight, int step) {
        float[] g = weight.gradient();
        float[] u = amounts.value();
        float[] v = direction.value();
        float[] du = amounts.gradient();
        float[] dv = direction.gradient();
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int t = 0; t < taps; t++) {
                    float slope = g[(o * in + i) * taps + t];
                    du[o * taps + t] += slope * v[i];
                    dv[i] += slope * u[o * taps + t];
                }
            }
        }
        Arrays.fill(g, 0);
        adam.step(1);
        apply(weight);
    }

    /** The change of the weight, which may be that of an earlier step, as a patch holds it. */
    WeightDelta.LowRank delta(Parameter weight) {
        return original.delta(weight);
    }
}
