package io.github.rewrite4j.samediff.dissection;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which units of a layer stand for a concept (Bau et al. 2019): those whose places of large values overlap best with the
 * places of the concept.
 *
 * <p>The threshold above which unit u counts as on is the one, of 64 quantiles of its values on the first few samples, whose
 * information quality ratio I(on; concept) / H(on, concept) is largest on the first half of the samples. The overlap is
 * then taken on the second half. A cell belongs to the concept when at least half of its pixels do. One pass over the samples;
 * memory does not depend on their number. Immutable; each method returns a changed copy.
 */
public final class Dissection {
    private static final Stage STAGE = Stage.DISSECTION;
    private static final float HALF = 0.5f;

    private final AssociativeMemory memory;
    private final boolean ofKeys;
    private final int samples;
    private final long seed;

    /** Marks a concept on images. */
    @FunctionalInterface
    public interface Concept {
        /**
         * One mask for each image.
         *
         * @param images [N, C, H, W] in about [-1, 1]
         * @return N masks [H][W] in [0, 1]
         */
        List<float[][]> masks(INDArray images);
    }

    private Dissection(AssociativeMemory memory, boolean ofKeys, int samples, long seed) {
        this.memory = memory;
        this.ofKeys = ofKeys;
        this.samples = samples;
        this.seed = seed;
    }

    /** Dissects the channels of a memory's values, on 200 samples of seed 5. */
    public static Dissection ofValues(AssociativeMemory memory) {
        Objects.requireNonNull(memory, "memory");
        return new Dissection(memory, false, 200, 5);
    }

    /** Dissects the channels of a memory's keys, on 200 samples of seed 5. */
    public static Dissection ofKeys(AssociativeMemory memory) {
        Objects.requireNonNull(memory, "memory");
        return new Dissection(memory, true, 200, 5);
    }

    /** Looks at other samples, at least two. */
    public Dissection on(int number, long ofSeed) {
        if (number < 2) {
            throw new IllegalArgumentException(
                    "Thresholds and overlaps are taken on different samples: at least 2, but got " + number + ".");
        }
        return new Dissection(memory, ofKeys, number, ofSeed);
    }

    /**
     * Scores all units.
     *
     * @param concept marks it on the samples' images
     * @return one for each unit, the best overlap first
     * @throws IllegalArgumentException when the concept is nowhere to be seen, or everywhere
     */
    public List<UnitScore> units(Concept concept, ProgressListener listener) {
        Objects.requireNonNull(concept, "concept");
        Objects.requireNonNull(listener, "listener");
        memory.sampler().requireReachable(new Sample(seed, samples - 1));
        FeatureShape shape = ofKeys ? memory.spec().keyShape() : memory.spec().valueShape();
        UnitHistogram histogram = null;
        UnitHistogram held = null;
        int half = samples / 2;
        for (int from = 0; from < samples; ) {
            listener.report(STAGE, from, samples);
            int end = from < half ? half : samples;
            int to = Math.min(from + Program.BATCH, end);
            try (Inputs inputs = memory.sampler().at(Sample.range(seed, from, to));
                    Keys keys = memory.keys(inputs);
                    Values values = memory.values(keys);
                    INDArray images = memory.decode(values)) {
                float[] units = HostArrays.of(ofKeys ? keys.tensor() : values.tensor());
                if (histogram == null || held == null) {
                    histogram = UnitHistogram.over(shape, units, to - from);
                    held = histogram.empty();
                }
                (from < half ? histogram : held).add(units, cells(concept.masks(images), shape));
            }
            from = to;
        }
        listener.report(STAGE, samples, samples);
        if (histogram == null || held == null) {
            throw new IllegalStateException("No sample was drawn.");
        }
        histogram.requireBoth();
        held.requireBoth();
        List<UnitScore> scores = new ArrayList<>();
        for (int u = 0; u < shape.channels(); u++) {
            int bin = histogram.mostTelling(u);
            scores.add(
                    new UnitScore(u, held.overlap(u, bin), histogram.threshold(u, bin), histogram.information(u, bin)));
        }
        scores.sort(Comparator.comparingDouble(UnitScore::overlap).reversed().thenComparingInt(UnitScore::unit));
        return List.copyOf(scores);
    }

    /** Which cells belong to the concept, [N][h w]. */
    private static boolean[][] cells(List<float[][]> masks, FeatureShape shape) {
        boolean[][] cells = new boolean[masks.size()][shape.height() * shape.width()];
        for (int n = 0; n < masks.size(); n++) {
            Mask mask = Mask.of(masks.get(n)).resized(shape.height(), shape.width());
            for (int p = 0; p < cells[n].length; p++) {
                cells[n][p] = mask.value(p / shape.width(), p % shape.width()) >= HALF;
            }
        }
        return cells;
    }
}
