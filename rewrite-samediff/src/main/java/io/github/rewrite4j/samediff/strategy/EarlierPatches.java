package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the patches that are in force draw something on some samples: what a new rule must not wipe out. */
final class EarlierPatches {
    private final boolean[] pixels;
    private final int plane;
    private final int channels;

    private EarlierPatches(boolean[] pixels, int plane, int channels) {
        this.pixels = pixels;
        this.plane = plane;
        this.channels = channels;
    }

    /**
     * Draws the samples without any patch and compares.
     *
     * @param images of the memory as it is, [N, C, H, W] row-major
     * @param channels C
     * @return empty when there are no patches
     */
    static Optional<EarlierPatches> of(
            AssociativeMemory memory,
            List<? extends Subject> samples,
            float[] images,
            int channels,
            ProgressListener listener) {
        if (memory.spec().patches().isEmpty()) {
            return Optional.empty();
        }
        AssociativeMemory base = memory.unpatched();
        int row = images.length / samples.size();
        int plane = row / channels;
        boolean[] pixels = new boolean[samples.size() * plane];
        for (int from = 0; from < samples.size(); from += Program.BATCH) {
            listener.report(Stage.EARLIER_PATCHES, from, samples.size());
            int to = Math.min(from + Program.BATCH, samples.size());
            try (Inputs inputs = Subject.inputs(samples.subList(from, to), base.sampler());
                    Keys keys = base.keys(inputs);
                    Values values = base.values(keys);
                    INDArray drawn = base.decode(values)) {
                float[] without = HostArrays.of(drawn);
                for (int i = 0; i < without.length; i++) {
                    if (Math.abs(without[i] - images[from * row + i]) > PatchInterplay.VISIBLE) {
                        pixels[(from + i / row) * plane + i % plane] = true;
                    }
                }
            }
        }
        listener.report(Stage.EARLIER_PATCHES, samples.size(), samples.size());
        return Optional.of(new EarlierPatches(pixels, plane, channels));
    }

    /** Where they draw, [N, H, W] row-major; not to be changed. */
    boolean[] pixels() {
        return pixels;
    }

    /**
     * Adds weights that make a mean over the pixels of a sample.
     *
     * @param mask pixels that belong to the new rule, which do not count
     * @param to [batch, C, H, W]
     * @param place of the sample in the batch
     */
    void addWeights(int sample, boolean[] mask, double weight, float[] to, int place) {
        int count = 0;
        for (int p = 0; p < plane; p++) {
            count += pixels[sample * plane + p] && !mask[p] ? 1 : 0;
        }
        float each = count == 0 ? 0 : (float) (weight / ((double) channels * count));
        for (int p = 0; p < plane; p++) {
            if (pixels[sample * plane + p] && !mask[p]) {
                for (int c = 0; c < channels; c++) {
                    to[(place * channels + c) * plane + p] += each;
                }
            }
        }
    }
}
