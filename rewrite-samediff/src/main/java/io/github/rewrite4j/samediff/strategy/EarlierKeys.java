package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The keys that a layer sees where earlier rules act: what a later rule should leave alone. From each cell of the layer's output there,
 * the keys at all taps of the kernel count, so that a change along directions without a part in them
 * ({@link io.github.rewrite4j.samediff.closedform.KeyNullSpace}) leaves the linear stage of these cells as it is. Of many images the first
 * are looked at, as many as have {@value #MOST_CELLS} cells of the layer together, and one at least: 16 images of 32 x 32 cells.
 */
public final class EarlierKeys {
    /** Cells in all that are looked at. */
    private static final int MOST_CELLS = 16_384;

    /** Samples of each patch's own, and others, that are looked at as far as the cells allow. */
    private static final int OF_EACH = 16;

    private static final long OTHERS_SEED = 3;

    private EarlierKeys() {}

    /**
     * Under the contexts of an earlier edit.
     *
     * @return [C_in, S], one key per column
     * @throws RewriteException when the memory has no single-layer form
     */
    public static Matrix of(AssociativeMemory memory, Edit earlier) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(earlier, "earlier");
        List<Selection> contexts = earlier.effectiveContexts();
        int height = memory.spec().generator().imageHeight();
        int width = memory.spec().generator().imageWidth();
        boolean[] pixels = new boolean[contexts.size() * height * width];
        for (int n = 0; n < contexts.size(); n++) {
            float[] mask = HostArrays.of(
                    contexts.get(n).region().requireOnImage(height, width).toArray());
            for (int p = 0; p < mask.length; p++) {
                pixels[n * mask.length + p] = mask[p] > 0;
            }
        }
        List<Subject> subjects = contexts.stream().map(Selection::subject).toList();
        return under(memory, subjects, pixels);
    }

    /**
     * Where the patches that are in force draw something on some images.
     *
     * @param subjects the images, such as those that the patches were learnt on
     * @return [C_in, S], one key per column
     * @throws RewriteException when no patch is in force or none of them draws anything there, or the memory has no single-layer form
     */
    public static Matrix of(AssociativeMemory memory, List<? extends Subject> subjects, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(listener, "listener");
        float[] images;
        try (Inputs inputs = Subject.inputs(subjects, memory.sampler());
                Keys keys = memory.keys(inputs);
                Values values = memory.values(keys);
                INDArray drawn = memory.decode(values)) {
            images = HostArrays.of(drawn);
        }
        int channels = memory.spec().generator().imageChannels();
        EarlierPatches found = EarlierPatches.of(memory, subjects, images, channels, listener)
                .orElseThrow(() -> new RewriteException(
                        "No patch is in force at " + memory.spec().name()
                                + ", so that there are no earlier keys to keep; apply the earlier patches first."));
        return under(memory, subjects, found.pixels());
    }

    /** The same on samples that the patches were learnt on, as far as they say, else on others. */
    public static Matrix ofPatches(AssociativeMemory memory, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(listener, "listener");
        Set<Sample> samples = new LinkedHashSet<>();
        for (AppliedPatch applied : memory.spec().patches()) {
            PatchSamples.of(applied.patch())
                    .ifPresent(learnt -> samples.addAll(learnt.samples()
                            .subList(0, Math.min(OF_EACH, learnt.samples().size()))));
        }
        samples.addAll(Sample.range(OTHERS_SEED, 0, OF_EACH));
        return of(memory, List.copyOf(samples), listener);
    }

    private static Matrix under(AssociativeMemory memory, List<? extends Subject> subjects, boolean[] pixels) {
        LayerForm form = memory.form()
                .orElseThrow(
                        () -> new RewriteException("The memory " + memory.spec().name()
                                + " is not a single layer of known form, whose keys could be kept; choose one layer."));
        int taps = form.stage().kernelHeight() * form.stage().kernelWidth();
        List<double[]> keys = new ArrayList<>();
        try (Inputs inputs = Subject.inputs(subjects, memory.sampler())) {
            keys.addAll(FootprintKeys.of(memory, form, inputs, MOST_CELLS).seenUnder(pixels, taps));
        }
        if (keys.isEmpty()) {
            throw new RewriteException("The earlier rules draw nothing on the " + subjects.size()
                    + " images that were looked at, so that there are no keys to keep; name images on which they do.");
        }
        return Matrix.of(keys.toArray(double[][]::new)).transpose();
    }
}
