package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A cause that can be switched on and off: units of the keys of a layer, held at a high or at a low value where a mask says,
 * x becomes x (1 - m) + r m.
 *
 * @param layer whose keys they are
 * @param units channels of the keys, such as the 20 that overlap best with a concept by {@code Dissection}
 * @param high the value that shows the cause
 * @param low the value that hides it
 */
public record Probe(String layer, List<Integer> units, double high, double low) {
    private static final int SAMPLES = 64;
    private static final long SEED = 5;

    public Probe {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(units, "units");
        units = List.copyOf(units);
        if (units.isEmpty() || units.stream().anyMatch(unit -> unit < 0)) {
            throw new IllegalArgumentException("Name at least one unit by its number from 0, but got " + units + ".");
        }
        if (!Double.isFinite(high) || !Double.isFinite(low) || high == low) {
            throw new IllegalArgumentException(
                    "The high and the low value of a probe are finite and different, but were " + high + " and " + low
                            + ".");
        }
    }

    /** The published values: 10 shows the cause, -5 hides it. They fit features whose scale is about one. */
    public static Probe faithful(String layer, List<Integer> units) {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(units, "units");
        return new Probe(layer, units, 10, -5);
    }

    /**
     * High and low by how far these units go on 64 ordinary samples, all of them taken together: so many standard deviations
     * above and below their mean. One is what images show every day; three is farther than any of them goes, and shows more
     * of what else the units do.
     *
     * @param deviations above 0
     */
    public static Probe measured(Generator generator, String layer, List<Integer> units, double deviations) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(units, "units");
        if (!(deviations > 0) || Double.isInfinite(deviations)) {
            throw new IllegalArgumentException(
                    "A probe goes a positive number of standard deviations far, usually 1, but got " + deviations
                            + ".");
        }
        AssociativeMemory memory = generator.memory(layer);
        new Probe(layer, units, 1, 0).requireFits(memory);
        try (Inputs inputs = generator.sample(SAMPLES, SEED);
                Keys keys = memory.keys(inputs)) {
            float[] all = HostArrays.of(keys.tensor());
            int channels = (int) keys.tensor().size(1);
            int plane = all.length / (SAMPLES * channels);
            double sum = 0;
            double squares = 0;
            long count = 0;
            for (int n = 0; n < SAMPLES; n++) {
                for (int unit : units) {
                    for (int p = 0, at = (n * channels + unit) * plane; p < plane; p++, at++) {
                        sum += all[at];
                        squares += (double) all[at] * all[at];
                        count++;
                    }
                }
            }
            double mean = sum / count;
            double reach = deviations * Math.sqrt(Math.max(1e-12, squares / count - mean * mean));
            return new Probe(layer, units, mean + reach, mean - reach);
        }
    }

    private void requireFits(AssociativeMemory memory) {
        int channels = memory.spec().keyShape().channels();
        for (int unit : units) {
            if (unit >= channels) {
                throw new IllegalArgumentException(
                        "The keys of " + memory.spec().name() + " have the units 0 to " + (channels - 1) + ", but unit "
                                + unit + " was named.");
            }
        }
    }

    /**
     * Keys with the units of the cause held; the side tensors stay. The keys are not changed.
     *
     * @param memory that they are keys of, which starts at the probe's layer
     * @param keys one row for each region
     * @param where the cause in each image; a region that reaches no cell of the grid is refused
     * @param value r
     */
    public Keys held(AssociativeMemory memory, Keys keys, List<Region> where, double value) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(where, "where");
        requireFits(memory);
        if (keys.size() != where.size()) {
            throw new IllegalArgumentException(
                    "There are " + keys.size() + " rows of keys, but " + where.size() + " regions of the cause.");
        }
        float[] held = HostArrays.of(keys.tensor());
        int channels = (int) keys.tensor().size(1);
        int height = (int) keys.tensor().size(2);
        int width = (int) keys.tensor().size(3);
        for (int n = 0; n < where.size(); n++) {
            Mask cells = where.get(n)
                    .requireOnGrid(
                            memory.spec().generator().imageHeight(),
                            memory.spec().generator().imageWidth(),
                            memory.spec().keyShape());
            for (int unit : units) {
                for (int p = 0, at = (n * channels + unit) * height * width; p < height * width; p++, at++) {
                    float m = cells.value(p / width, p % width);
                    held[at] = (float) (held[at] * (1 - m) + value * m);
                }
            }
        }
        INDArray tensor = Nd4j.createFromArray(held).reshape(keys.tensor().shape());
        return keys.withTensor(tensor);
    }
}
