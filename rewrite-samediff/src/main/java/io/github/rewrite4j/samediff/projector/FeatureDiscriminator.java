package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Tells projected values from the generator's own: a score for each patch of the standardised map, trained with least
 * squares (Mao et al. 2017). Four convolutions (three on grids up to 16 cells) with {@linkplain SpectralLimit limited}
 * weights.
 */
final class FeatureDiscriminator {
    private static final float SLOPE = 0.2f;
    private static final int WIDTH = 256;
    private static final int LAST_WIDTH = 512;
    private static final int SMALL_GRID = 16;

    private final List<Parameter> parameters = new ArrayList<>();
    private final List<SpectralLimit> limits = new ArrayList<>();
    private final int[] strides;

    /**
     * @param value shape of one sample's values
     * @param seed of the first weights
     */
    FeatureDiscriminator(FeatureShape value, long seed) {
        boolean small = Math.min(value.height(), value.width()) <= SMALL_GRID;
        this.strides = small ? new int[] {1, 2, 1} : new int[] {1, 2, 2, 1};
        Random random = new Random(seed);
        int in = value.channels();
        for (int i = 0; i < strides.length; i++) {
            boolean last = i == strides.length - 1;
            int out = last ? 1 : i == 2 ? LAST_WIDTH : WIDTH;
            int kernel = strides[i] == 2 ? 4 : 3;
            float[] weights = new float[out * in * kernel * kernel];
            double deviation = Math.sqrt(2 / ((1 + SLOPE * SLOPE) * in * kernel * kernel));
            for (int j = 0; j < weights.length; j++) {
                weights[j] = (float) (deviation * random.nextGaussian());
            }
            Parameter weight = new Parameter("critic" + i + ".weight", weights, out, in, kernel, kernel);
            parameters.add(weight);
            limits.add(new SpectralLimit(weight));
            parameters.add(new Parameter("critic" + i + ".bias", new float[out], out));
            in = out;
        }
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /** What changes besides the parameters. */
    List<Parameter> directions() {
        return limits.stream().map(SpectralLimit::direction).toList();
    }

    /** After a step of its optimiser. */
    void limit() {
        limits.forEach(SpectralLimit::apply);
    }

    /**
     * Scores [N, 1, h', w'], one where a patch looks like the generator's own.
     *
     * @param standard values on the standard scale
     * @param use puts a parameter on the tape, for training or frozen
     */
    Node scores(Node standard, Function<Parameter, Node> use) {
        Node x = standard;
        for (int i = 0; i < strides.length; i++) {
            Node weight = use.apply(parameters.get(2 * i));
            Node bias = use.apply(parameters.get(2 * i + 1));
            float slope = i == strides.length - 1 ? 1 : SLOPE;
            x = Channels.biasedLeakyRelu(Convolutions.convolve(x, weight, strides[i], 1), bias, slope, 1);
        }
        return x;
    }
}
