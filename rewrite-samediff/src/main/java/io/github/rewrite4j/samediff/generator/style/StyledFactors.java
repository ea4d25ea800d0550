package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.engine.kernel.Dense;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Everything of a style-based network that has one number for each channel, for one sample at a time: w, styles, their
 * energies and demodulations. What is fed wins; what nobody asks for is not computed.
 */
final class StyledFactors {
    private static final float LATENT_EPSILON = 1e-8f;

    private final StyledConstants constants;
    private final Function<StyledLayer, Dense> energies;
    private final Map<String, float[]> fed = new HashMap<>();
    private final Map<String, Integer> rows = new HashMap<>();
    private final Map<String, float[]> known = new HashMap<>();
    private int sample;

    /**
     * Of one run.
     *
     * @param feeds arrays by name; only those of one number per channel are read
     * @param energies of the weight of a layer, gain included: [in, out]
     */
    StyledFactors(StyledConstants constants, Map<String, INDArray> feeds, Function<StyledLayer, Dense> energies) {
        this.constants = constants;
        this.energies = energies;
        feeds.forEach((name, array) -> {
            // Maps and weights have more than one position.
            if (array.rank() == 2 || array.rank() == 3 || (array.rank() == 4 && array.size(2) * array.size(3) == 1)) {
                fed.put(name, NativeFloats.heap(array));
                rows.put(name, Math.toIntExact(array.size(0)));
            }
        });
    }

    /** The next numbers are those of this sample. */
    void begin(int number) {
        sample = number;
        known.clear();
    }

    private float[] of(String name, Supplier<float[]> computed) {
        float[] there = known.get(name);
        if (there == null) {
            float[] given = fed.get(name);
            there = given == null ? computed.get() : row(given, Named.in(rows, name));
            known.put(name, there);
        }
        return there;
    }

    private float[] row(float[] all, int count) {
        int length = all.length / count;
        float[] row = new float[length];
        System.arraycopy(all, count == 1 ? 0 : sample * length, row, 0, length);
        return row;
    }

    private float[] input(String name) {
        return row(Named.in(fed, name), Named.in(rows, name));
    }

    /** w, truncated and projected. */
    float[] latent() {
        return of(StyledGraph.STYLE, () -> {
            float[] truncated = truncated();
            return constants.isProjected()
                    ? constants.projected(truncated, input(ExpandedGenerator.OFFSET), input(ExpandedGenerator.DOMAINS))
                    : truncated;
        });
    }

    /** w' = mean + psi (w - mean). */
    float[] truncated() {
        return of(StyledGraph.TRUNCATED, () -> {
            float[] x = normalised(input(LatentSampler.LATENT));
            if (constants.embedding().isPresent()) {
                x = joined(x, normalised(constants.embedding().get().apply(input(LatentSampler.LABEL))));
            }
            float linear = (float) (Activation.STYLEGAN2.gain() * (1 + Activation.STYLEGAN2.slope()) / 2);
            float absolute = (float) (Activation.STYLEGAN2.gain() * (1 - Activation.STYLEGAN2.slope()) / 2);
            for (Dense dense : constants.mapping()) {
                x = dense.apply(x);
                for (int i = 0; i < x.length; i++) {
                    x[i] = linear * x[i] + absolute * Math.abs(x[i]);
                }
            }
            float[] mean = constants.array(StyledGraph.TRUNCATED);
            float psi = input(LatentSampler.TRUNCATION)[0];
            for (int i = 0; i < x.length; i++) {
                x[i] = mean[i] + psi * (x[i] - mean[i]);
            }
            return x;
        });
    }

    private static float[] normalised(float[] z) {
        double sum = 0;
        for (float number : z) {
            sum += (double) number * number;
        }
        float scale = (float) (1 / Math.sqrt(sum / z.length + LATENT_EPSILON));
        float[] x = new float[z.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = z[i] * scale;
        }
        return x;
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The styles of a layer or of a conversion to RGB. */
    float[] styles(String name) {
        return of(
                ModulatedLayers.modulation(name), () -> constants.styles(name).apply(latentAt(constants.place(name))));
    }

    /** What a place reads: a latent of its own where each has one, otherwise w and the offset of the place. */
    private float[] latentAt(int place) {
        int length = constants.array(StyledGraph.TRUNCATED).length;
        if (fed.containsKey(StyledGraph.ROWS)) {
            return Arrays.copyOfRange(input(StyledGraph.ROWS), place * length, (place + 1) * length);
        }
        float[] w = latent();
        if (!fed.containsKey(LatentSampler.OFFSETS)) {
            return w;
        }
        float[] offsets = of(LatentSampler.OFFSETS, () -> new float[0]);
        float[] moved = w.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += offsets[place * moved.length + i];
        }
        return moved;
    }

    /** Their squares. */
    float[] energy(StyledLayer layer) {
        return of(ModulatedLayers.styleEnergy(layer.name()), () -> {
            float[] s = styles(layer.name());
            float[] e = new float[s.length];
            for (int i = 0; i < e.length; i++) {
                e[i] = s[i] * s[i];
            }
            return e;
        });
    }

    /**
     * Demodulation, gain included: g / sqrt(sum_i e_i E_io + epsilon), which is positive unless the sum is beyond float32. One
     * that is fed is given back as it is.
     */
    float[] demodulation(StyledLayer layer) {
        return of(ModulatedLayers.demodulation(layer.name()), () -> {
            float[] d = energies.apply(layer).apply(energy(layer));
            for (int o = 0; o < d.length; o++) {
                d[o] = (float) (layer.gain() / Math.sqrt(d[o] + ModulatedLayers.DEMODULATION_EPSILON));
            }
            return d;
        });
    }
}
