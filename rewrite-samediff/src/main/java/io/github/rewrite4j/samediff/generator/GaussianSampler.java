package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.internal.FreeMemory;
import io.github.rewrite4j.latent.LatentSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Standard Gaussian arrays of any shape: sample i of a seed is row i of the legacy stream of numpy's
 * {@code RandomState(seed)} with one row per sample.
 */
public final class GaussianSampler implements InputSampler {
    private final String input;
    private final long[] shape;
    private final int length;

    private GaussianSampler(String input, long[] shape) {
        this.input = input;
        this.shape = shape.clone();
        this.length = Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
    }

    /**
     * A sampler for one input.
     *
     * @param input name of the input
     * @param shape of one sample, without the batch
     */
    public static GaussianSampler of(String input, long... shape) {
        Objects.requireNonNull(input, "input");
        if (shape.length == 0 || LongStream.of(shape).anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("A sample of '" + input + "' has positive sizes, but got "
                    + Arrays.toString(shape) + "; leave the batch dimension out.");
        }
        return new GaussianSampler(input, shape);
    }

    @Override
    public void requireReachable(Sample sample) {
        LatentSamples.requireReachable(length, sample.index());
    }

    @Override
    public Inputs at(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("Name at least one sample.");
        }
        samples.forEach(this::requireReachable);
        FreeMemory.require(samples.size() + " samples of '" + input + "'", 2.0 * Float.BYTES * samples.size() * length);
        Map<Long, List<Integer>> placesBySeed = new LinkedHashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            placesBySeed
                    .computeIfAbsent(samples.get(i).seed(), seed -> new ArrayList<>())
                    .add(i);
        }
        float[] numbers = new float[Math.multiplyExact(samples.size(), length)];
        placesBySeed.forEach((seed, places) -> {
            int[] indices =
                    places.stream().mapToInt(i -> samples.get(i).index()).toArray();
            float[][] drawn = LatentSamples.rowsAt(length, seed, indices);
            for (int i = 0; i < indices.length; i++) {
                System.arraycopy(drawn[i], 0, numbers, places.get(i) * length, length);
            }
        });
        // Not reshaped: a view could not be closed.
        return Inputs.of(
                input,
                Nd4j.create(
                        numbers,
                        LongStream.concat(LongStream.of(samples.size()), LongStream.of(shape))
                                .toArray(),
                        'c'));
    }

    @Override
    public Optional<Inputs> mean() {
        long[] one = LongStream.concat(LongStream.of(1), LongStream.of(shape)).toArray();
        return Optional.of(Inputs.of(input, Nd4j.zeros(DataType.FLOAT, one)));
    }

    @Override
    public int numbersPerSample() {
        return length;
    }

    @Override
    public String id() {
        return "numpy-gaussian-" + Arrays.toString(shape).replace(" ", "");
    }
}
