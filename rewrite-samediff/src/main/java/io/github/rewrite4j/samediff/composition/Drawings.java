package io.github.rewrite4j.samediff.composition;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.memory.ImageGoals;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Samples drawn without any patch and with each alone, and what all together should draw: at each pixel what the patch
 * whose own sample it is draws there, else what the patch draws that changes it most; nothing new where no change of theirs
 * can be seen.
 */
final class Drawings implements ImageGoals {
    /** Change of a channel, of the range 2, from which on a pixel belongs to what a patch draws: two and a half of 255 steps. */
    private static final float VISIBLE = 0.02f;

    /** Fewer pixels are rather an accident than an object, and do not weigh as much as one. */
    private static final int FEW = 40;

    private static final int NOBODY = -1;
    private static final float ELSEWHERE = 2;

    private final List<Sample> samples;
    private final float[] none;
    private final List<float[]> alone;
    private final int channels;
    private final int plane;
    private final float[] goal;
    private final int[] owner;

    private Drawings(List<Sample> samples, float[] none, List<float[]> alone, int channels, int plane) {
        this.samples = List.copyOf(samples);
        this.none = none;
        this.alone = List.copyOf(alone);
        this.channels = channels;
        this.plane = plane;
        this.goal = none.clone();
        this.owner = new int[samples.size() * plane];
    }

    /**
     * Draws.
     *
     * @param own which patch was learnt on each sample, -1 for none
     */
    static Drawings of(Generator generator, List<AppliedPatch> patches, List<Sample> samples, List<Integer> own) {
        try (Inputs inputs = generator.sampler().at(samples)) {
            float[] none = drawn(generator, inputs);
            List<float[]> alone = new ArrayList<>();
            for (AppliedPatch applied : patches) {
                try (Generator one = generator.with(applied.patch(), applied.strength())) {
                    alone.add(drawn(one, inputs));
                }
            }
            int plane = generator.spec().imageHeight() * generator.spec().imageWidth();
            Drawings drawings =
                    new Drawings(samples, none, alone, generator.spec().imageChannels(), plane);
            drawings.setGoals(own);
            return drawings;
        }
    }

    static float[] drawn(Generator generator, Inputs inputs) {
        try (INDArray images = generator.generate(inputs)) {
            return HostArrays.of(images);
        }
    }

    private void setGoals(List<Integer> own) {
        for (int n = 0; n < samples.size(); n++) {
            for (int p = 0; p < plane; p++) {
                int chosen = NOBODY;
                float most = VISIBLE;
                for (int i = 0; i < alone.size(); i++) {
                    float change = change(i, n, p);
                    boolean mine = own.get(n) == i && change > VISIBLE;
                    if (mine || change > most) {
                        chosen = i;
                        most = mine ? Float.MAX_VALUE : change;
                    }
                }
                owner[n * plane + p] = chosen;
                for (int c = 0; c < channels && chosen != NOBODY; c++) {
                    int at = (n * channels + c) * plane + p;
                    goal[at] = alone.get(chosen)[at];
                }
            }
        }
    }

    /** The largest change of a channel of a pixel by one patch. */
    private float change(int patch, int sample, int pixel) {
        float largest = 0;
        for (int c = 0; c < channels; c++) {
            int at = (sample * channels + c) * plane + pixel;
            largest = Math.max(largest, Math.abs(clipped(alone.get(patch)[at]) - clipped(none[at])));
        }
        return largest;
    }

    private static float clipped(float value) {
        return Math.max(-1, Math.min(1, value));
    }

    List<Sample> samples() {
        return samples;
    }

    @Override
    public int size() {
        return samples.size();
    }

    /** The pixels of each patch together weigh 1, less where they are few, and all others {@value #ELSEWHERE}. */
    @Override
    public void copy(int sample, float[] goals, float[] weights, int to) {
        int row = channels * plane;
        System.arraycopy(goal, sample * row, goals, to, row);
        int[] counts = new int[alone.size() + 1];
        for (int p = 0; p < plane; p++) {
            counts[owner[sample * plane + p] + 1]++;
        }
        for (int p = 0; p < plane; p++) {
            int by = owner[sample * plane + p] + 1;
            float weight = (by == 0 ? ELSEWHERE : 1) / (channels * (float) Math.max(FEW, counts[by]));
            for (int c = 0; c < channels; c++) {
                weights[to + c * plane + p] = weight;
            }
        }
    }

    /** 1 - sum |all - alone| / sum |alone - none| over the pixels where a patch draws something alone and no other more. */
    OptionalDouble kept(int patch, float[] all) {
        double lost = 0;
        double size = 0;
        for (int n = 0; n < samples.size(); n++) {
            for (int p = 0; p < plane; p++) {
                if (owner[n * plane + p] == patch) {
                    for (int c = 0; c < channels; c++) {
                        int at = (n * channels + c) * plane + p;
                        float mine = clipped(alone.get(patch)[at]);
                        lost += Math.abs(clipped(all[at]) - mine);
                        size += Math.abs(mine - clipped(none[at]));
                    }
                }
            }
        }
        return size == 0 ? OptionalDouble.empty() : OptionalDouble.of(1 - lost / size);
    }

    /** Mean |all - none| over the pixels where no patch draws. */
    double elsewhere(float[] all) {
        double sum = 0;
        long count = 0;
        for (int n = 0; n < samples.size(); n++) {
            for (int p = 0; p < plane; p++) {
                if (owner[n * plane + p] < 0) {
                    for (int c = 0; c < channels; c++) {
                        int at = (n * channels + c) * plane + p;
                        sum += Math.abs(clipped(all[at]) - clipped(none[at]));
                        count++;
                    }
                }
            }
        }
        return count == 0 ? 0 : sum / count;
    }
}
