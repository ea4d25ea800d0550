package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Samples that an out-of-domain edit never saw; the goal of each is an exemplar put on the unedited image, the exemplars
 * taken in turn.
 *
 * @param subjects the images: samples, or inputs of the caller's own
 * @param before images of the memory as it was [N, C, H, W]
 * @param after images of the rewritten memory
 * @param goal composites
 * @param masks 1 under the object [N, H, W]
 */
public record ExemplarPreview(
        List<? extends Subject> subjects, INDArray before, INDArray after, INDArray goal, INDArray masks) {
    private static final int AT_ONCE = Program.BATCH;

    public ExemplarPreview {
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(masks, "masks");
        subjects = List.copyOf(subjects);
    }

    /**
     * Draws images with and without a patch.
     *
     * @param memory the memory before the rewrite
     * @param exemplars goals, in turn
     */
    public static ExemplarPreview of(
            AssociativeMemory memory, Patch patch, List<Exemplar> exemplars, List<? extends Subject> subjects) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(exemplars, "exemplars");
        AssociativeMemory rewritten = memory.with(patch);
        List<INDArray> before = new ArrayList<>();
        List<INDArray> after = new ArrayList<>();
        for (int from = 0; from < subjects.size(); from += AT_ONCE) {
            List<? extends Subject> part = subjects.subList(from, Math.min(from + AT_ONCE, subjects.size()));
            try (Inputs inputs = Subject.inputs(part, memory.sampler());
                    Keys keys = memory.keys(inputs);
                    Values values = memory.values(keys);
                    Values changed = rewritten.values(keys)) {
                before.add(memory.decode(values));
                after.add(rewritten.decode(changed));
            }
        }
        INDArray unedited = EditPreview.join(before);
        int height = Math.toIntExact(unedited.size(2));
        int width = Math.toIntExact(unedited.size(3));
        List<Exemplar> fitting = exemplars.stream()
                .map(exemplar -> exemplar.resizedTo(height, width))
                .toList();
        INDArray masks = Nd4j.create(subjects.size(), height, width);
        for (int n = 0; n < subjects.size(); n++) {
            Exemplar exemplar = fitting.get(n % fitting.size());
            masks.putSlice(n, exemplar.mask().toArray());
        }
        return new ExemplarPreview(subjects, unedited, EditPreview.join(after), goals(unedited, fitting), masks);
    }

    /**
     * The goals of images: exemplar i modulo their number put on image i.
     *
     * @param images [N, 3, H, W], or [N, 1, H, W]
     * @param exemplars at least one, of the size of the images
     * @return a new array of the same shape
     */
    public static INDArray goals(INDArray images, List<Exemplar> exemplars) {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(exemplars, "exemplars");
        INDArray[] goals = new INDArray[(int) images.size(0)];
        for (int n = 0; n < goals.length; n++) {
            INDArray image = images.get(NDArrayIndex.interval(n, n + 1), NDArrayIndex.all());
            goals[n] = exemplars.get(n % exemplars.size()).compositeOn(image);
        }
        return Nd4j.concat(0, goals);
    }

    /** The numbers of this preview. */
    public RewriteReport.FreshSamples measure() {
        return EditPreview.facts(subjects, metrics());
    }

    /** The numbers of each image. */
    public EditMetrics metrics() {
        return EditMetrics.measure(before, after, goal, masks);
    }
}
