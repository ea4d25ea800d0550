package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.noise;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernel;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.engine.kernel.Tiles;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledPlan.Place;
import io.github.rewrite4j.samediff.generator.style.StyledPlan.Run;
import org.jspecify.annotations.Nullable;

/** The part of a {@link StyledPlan} behind a convolution: demodulation, noise, bias, rectifier, styles of the next layer. */
final class StyledActivations {
    private static final float GAIN = (float) Activation.STYLEGAN2.gain();

    private final StyledPlan plan;
    private final StyledConstants constants;

    StyledActivations(StyledPlan plan, StyledConstants constants) {
        this.plan = plan;
        this.constants = constants;
    }

    /** By the convolution itself, as it writes. */
    void fused(StyledLayer layer, ConvolutionKernel kernel, @Nullable String next) {
        int width = kernel.geometry().out();
        NativeFloats vectors = plan.take(2 * width);
        kernel.with(vectors, 0, width);
        float[] both = new float[2 * width];
        plan.then(run -> {
            fusedVectors(run.factors(), layer, next, both, width);
            vectors.put(0, both, 0, both.length);
            kernel.run();
        });
    }

    /** In a pass of its own, to the value, the next layer's key or both. */
    void later(
            StyledLayer layer,
            Place linear,
            @Nullable Place toValue,
            @Nullable Place toKey,
            @Nullable String styles,
            boolean noisy) {
        int pitch = toValue != null ? toValue.pitch() : toKey != null ? toKey.pitch() : linear.pitch();
        Tiles tiles = new Tiles(linear.pitch(), pitch, linear.positions());
        float[] bias = constants.array(StyledParameters.bias(layer.name()));
        String noise = noise(layer.name());
        float clamp = (float) layer.clamp();
        NativeFloats value = toValue == null ? null : toValue.numbers();
        NativeFloats key = toKey == null ? null : toKey.numbers();
        plan.then(run -> {
            float[] added = noisy ? noiseOf(run, noise, linear.positions()) : new float[0];
            float[] d = run.factors().demodulation(layer);
            float[] s = styles == null ? new float[0] : run.factors().styles(styles);
            tiles.activate(linear.numbers(), d, bias, added, StyledPlan.SLOPE, GAIN, clamp, value, s, key);
        });
    }

    private float[] noiseOf(Run run, String name, int positions) {
        return plan.isFed(name) ? run.maps().sample(name, run.sample(), positions) : constants.array(name);
    }

    /** Bias b / d and scale d g, times the styles of the next layer if there is one. */
    private void fusedVectors(
            StyledFactors factors, StyledLayer layer, @Nullable String next, float[] both, int width) {
        float[] d = factors.demodulation(layer);
        float[] b = constants.array(StyledParameters.bias(layer.name()));
        float[] s = next == null ? null : factors.styles(next);
        for (int c = 0; c < d.length; c++) {
            if (d[c] <= 0) {
                throw new RewriteException("The demodulation of '" + layer.name() + "' is " + d[c] + " in channel " + c
                        + ", but it is a positive factor. Where it was computed, the squares of the layer's weight or"
                        + " styles are too large for float32: lower the strengths of patches, or bring inputs and"
                        + " truncation nearer to 1. Where it was given, give one above 0.");
            }
            both[c] = b[c] / d[c];
            both[width + c] = s == null ? d[c] * GAIN : d[c] * GAIN * s[c];
        }
    }
}
