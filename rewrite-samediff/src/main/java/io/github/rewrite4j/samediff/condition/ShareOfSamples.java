package io.github.rewrite4j.samediff.condition;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Divides a generator's samples so that a given share of them lies on one side. The side of a sample is told by a linear
 * function of its mean key in a region, which is what a rule there can read:
 *
 * <pre>{@code s = sum over the first 8 principal components of a_i (k - mean)'p_i / sigma_i}</pre>
 *
 * with normal random a_i, so that the side follows no single trait of the images such as the colour of skin. Samples whose s
 * exceeds its quantile fire. Samples close to the threshold are left out when a rule is taught: which side they are on is
 * no matter, and teaching both would blunt it.
 *
 * @param share of all samples that fire, in (0, 1)
 * @param mixture seed of the a_i
 * @param margin samples within this share on each side of the threshold teach nothing
 */
public record ShareOfSamples(double share, long mixture, double margin) {
    private static final int COMPONENTS = 8;

    public ShareOfSamples {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "The share of samples lies between 0 and 1, such as 0.5 for half of them," + " but was " + share
                            + ".");
        }
        if (!(margin >= 0 && margin < Math.min(share, 1 - share))) {
            throw new IllegalArgumentException("The margin around the threshold is not negative and smaller than either"
                    + " side, such as 0.04, but was " + margin + ".");
        }
    }

    /** This share, with a margin of a twelfth of the smaller side. */
    public static ShareOfSamples of(double share) {
        return new ShareOfSamples(share, 0, Math.max(0, Math.min(share, 1 - share) / 12));
    }

    /**
     * Samples on both sides of the threshold, those near it left out.
     *
     * @param fires above it
     * @param stays below it
     */
    public record Sides(List<Sample> fires, List<Sample> stays) {
        public Sides {
            Objects.requireNonNull(fires, "fires");
            Objects.requireNonNull(stays, "stays");
            fires = List.copyOf(fires);
            stays = List.copyOf(stays);
        }

        /** An edit whose object is shown on those that fire and on none of the others. */
        public ExemplarEdit of(ExemplarEdit edit) {
            return edit.except(List.of()).shownOn(fires).except(stays);
        }
    }

    /**
     * Divides the first samples of a seed.
     *
     * @param memory that will learn the rule
     * @param region where the rule is going to draw
     * @param samples at least 32; keys of a few are held at a time
     */
    public Sides divide(AssociativeMemory memory, Region region, int samples, long seed, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(listener, "listener");
        if (samples < 32) {
            throw new IllegalArgumentException(
                    "A threshold is taken from 32 samples at least, usually 512, but got " + samples + ".");
        }
        double[] scores = scores(memory, region, samples, seed, listener);
        Integer[] order = IntStream.range(0, samples).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> -scores[i]));
        int fires = (int) Math.max(1, Math.floor((share - margin) * samples));
        int stays = (int) Math.min(samples - 1, Math.ceil((share + margin) * samples));
        return new Sides(named(order, 0, fires, seed), named(order, stays, samples, seed));
    }

    private static List<Sample> named(Integer[] order, int from, int to, long seed) {
        return Arrays.stream(order, from, to)
                .sorted()
                .map(index -> new Sample(seed, index))
                .toList();
    }

    /** s of each sample; larger ones fire first. */
    double[] scores(AssociativeMemory memory, Region region, int samples, long seed, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(listener, "listener");
        memory.sampler().requireReachable(new Sample(seed, samples - 1));
        Mask cells = region.requireOnGrid(
                memory.spec().generator().imageHeight(),
                memory.spec().generator().imageWidth(),
                memory.spec().keyShape());
        List<double[]> rows = new ArrayList<>();
        for (int from = 0; from < samples; from += Program.BATCH) {
            listener.report(Stage.SEARCH, from, samples);
            try (Inputs inputs =
                            memory.sampler().at(Sample.range(seed, from, Math.min(samples, from + Program.BATCH)));
                    Keys keys = memory.keys(inputs)) {
                rows.addAll(means(keys, cells));
            }
        }
        listener.report(Stage.SEARCH, samples, samples);
        Matrix all = centred(rows);
        SymmetricEigen eigen = SymmetricEigen.of(all.gram().times(1.0 / samples));
        double[] values = eigen.values();
        Random random = new Random(mixture);
        double[] scores = new double[samples];
        Matrix along = all.multiply(eigen.vectors().transpose());
        for (int i = 0; i < Math.min(COMPONENTS, values.length); i++) {
            int column = values[0] > values[values.length - 1] ? i : values.length - 1 - i;
            double sigma = Math.sqrt(Math.max(0, values[column]));
            double amount = random.nextGaussian();
            for (int n = 0; sigma > 0 && n < samples; n++) {
                scores[n] += amount * along.get(n, column) / sigma;
            }
        }
        return scores;
    }

    private static List<double[]> means(Keys keys, Mask cells) {
        float[] maps = HostArrays.of(keys.tensor());
        int channels = (int) keys.tensor().size(1);
        int plane = cells.height() * cells.width();
        List<double[]> means = new ArrayList<>();
        for (int n = 0; n < keys.size(); n++) {
            double[] mean = new double[channels];
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < plane; p++) {
                    double weight = cells.value(p / cells.width(), p % cells.width());
                    mean[c] += weight * maps[(n * channels + c) * plane + p] / cells.sum();
                }
            }
            means.add(mean);
        }
        return means;
    }

    private static Matrix centred(List<double[]> rows) {
        int channels = rows.get(0).length;
        double[] mean = new double[channels];
        rows.forEach(row -> {
            for (int c = 0; c < channels; c++) {
                mean[c] += row[c] / rows.size();
            }
        });
        rows.forEach(row -> {
            for (int c = 0; c < channels; c++) {
                row[c] -= mean[c];
            }
        });
        return Matrix.of(rows.toArray(double[][]::new));
    }
}
