package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.LatentSamples;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.generator.internal.ClassStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The latents z of a {@link GaussianSampler} with a truncation: w' = w_mean + psi (w - w_mean), and a label where the
 * generator has classes: 1 for one class, 0 for the others. The class of a sample is uniform and comes from seed and index
 * alone, by {@link ClassStream}, whatever the latents are.
 *
 * @param dimension length of z
 * @param truncation psi; 1 draws from the whole distribution, 0 gives the mean image
 * @param offsets what may be added to the latent of each place that reads it; none where nothing may be
 * @param classes numbers of a label; 0 for a generator without
 * @param only the class of all samples, if it is not drawn
 */
public record LatentSampler(int dimension, double truncation, Optional<Offsets> offsets, int classes, OptionalInt only)
        implements InputSampler {
    public static final String LATENT = "z";
    public static final String TRUNCATION = "truncation";
    public static final String LABEL = "label";

    /** What is added to the latent of each place that reads it [N, places, d]; nothing where it is left out. */
    public static final String OFFSETS = "offsets";

    public LatentSampler {
        Objects.requireNonNull(offsets, "offsets");
        if (!(truncation >= 0 && truncation <= 2)) {
            throw new IllegalArgumentException(
                    "The truncation lies between 0 (mean image) and 2, usually at 0.5 to 1, but was " + truncation
                            + ".");
        }
        if (only.isPresent() && (only.getAsInt() < 0 || only.getAsInt() >= classes)) {
            throw new IllegalArgumentException(
                    classes == 0
                            ? "The generator has no classes, but class " + only.getAsInt() + " was asked for."
                            : "The classes are 0 to " + (classes - 1) + ", but asked for was " + only.getAsInt() + ".");
        }
    }

    /** Of a generator without classes and without offsets. */
    public LatentSampler(int dimension, double truncation) {
        this(dimension, truncation, Optional.empty(), 0, OptionalInt.empty());
    }

    public LatentSampler truncated(double psi) {
        return new LatentSampler(dimension, psi, offsets, classes, only);
    }

    public LatentSampler ofClass(int number) {
        return new LatentSampler(dimension, truncation, offsets, classes, OptionalInt.of(number));
    }

    @Override
    public void requireReachable(Sample sample) {
        LatentSamples.requireReachable(dimension, sample.index());
    }

    @Override
    public Inputs at(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        INDArray z = GaussianSampler.of(LATENT, dimension).at(samples).get(LATENT);
        Map<String, INDArray> arrays = new TreeMap<>(Map.of(LATENT, z, TRUNCATION, psi(samples.size())));
        if (classes > 0) {
            int[] drawn = samples.stream()
                    .mapToInt(sample -> only.orElse(ClassStream.at(sample, classes)))
                    .toArray();
            arrays.put(LABEL, labels(drawn));
        }
        return Inputs.of(arrays);
    }

    private INDArray labels(int[] numbers) {
        float[][] labels = new float[numbers.length][classes];
        for (int i = 0; i < numbers.length; i++) {
            labels[i][numbers[i]] = 1;
        }
        return Nd4j.create(labels);
    }

    private INDArray psi(int samples) {
        return Nd4j.valueArrayOf(new long[] {samples, 1}, truncation, DataType.FLOAT);
    }

    /**
     * The offsets [N, places, numbers of w].
     *
     * @param places number of places that read the latent
     * @param latent numbers of w
     */
    public record Offsets(int places, int latent) {
        /** No offset anywhere. */
        INDArray zeros(int samples) {
            return Nd4j.zeros(DataType.FLOAT, samples, places, latent);
        }
    }

    /**
     * Inputs without a truncation have that of the samples, those without offsets none, and those without a label the class of
     * the samples if all have the same. Latents w need nothing of it.
     */
    @Override
    public Inputs complete(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        Inputs all = inputs;
        if (all.arrays().containsKey(StyleLatents.COMMON) || all.arrays().containsKey(StyleLatents.ROWS)) {
            return all;
        }
        if (!all.arrays().containsKey(TRUNCATION)) {
            all = all.with(TRUNCATION, psi(inputs.size()));
        }
        if (only.isPresent() && !all.arrays().containsKey(LABEL)) {
            int[] numbers = new int[inputs.size()];
            Arrays.fill(numbers, only.getAsInt());
            all = all.with(LABEL, labels(numbers));
        }
        return offsets.isEmpty() || all.arrays().containsKey(OFFSETS)
                ? all
                : all.with(OFFSETS, offsets.get().zeros(inputs.size()));
    }

    @Override
    public Optional<Inputs> mean() {
        Map<String, INDArray> arrays = new TreeMap<>(
                Map.of(LATENT, Nd4j.zeros(DataType.FLOAT, 1, dimension), TRUNCATION, Nd4j.zeros(DataType.FLOAT, 1, 1)));
        if (classes > 0) {
            arrays.put(LABEL, Nd4j.zeros(DataType.FLOAT, 1, classes));
        }
        return Optional.of(Inputs.of(arrays));
    }

    @Override
    public int numbersPerSample() {
        return dimension;
    }

    @Override
    public String id() {
        String drawn = classes == 0
                ? ""
                : only.isPresent() ? "-class-" + only.getAsInt() + "-of-" + classes : "-classes-" + classes;
        return "numpy-gaussian-" + dimension + "-truncation-" + truncation + drawn;
    }
}
