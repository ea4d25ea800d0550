package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.io.internal.FreeMemory;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An edit on samples that it never saw.
 *
 * <p>The goal of a sample is its own values with the object pasted where the edit's first paste put it, decoded: what the
 * rewrite should draw by itself.
 *
 * @param subjects the images: samples, or inputs of the caller's own
 * @param before images of the memory as it was [N, C, H, W]
 * @param after images of the rewritten memory
 * @param goal images decoded from pasted values
 * @param mask 1 under the object [H, W]
 */
public record EditPreview(
        List<? extends Subject> subjects, INDArray before, INDArray after, INDArray goal, INDArray mask) {
    private static final int AT_ONCE = Program.BATCH;

    /** Before, after and goal, once in parts and once together. */
    private static final int IMAGES_OF_A_SAMPLE = 6;

    public EditPreview {
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(mask, "mask");
        subjects = List.copyOf(subjects);
    }

    /**
     * The first {@code count} samples of a seed that the edit does not use itself.
     *
     * @param memory the memory before the rewrite
     */
    public static EditPreview of(AssociativeMemory memory, Patch patch, Edit edit, int count, long seed) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        return of(memory, patch, edit, fresh(edit.samples(), count, seed));
    }

    /**
     * Chosen images, for an edit that is about some only, or inputs of the caller's own.
     *
     * @param memory the memory before the rewrite
     * @throws IllegalArgumentException when the edit uses one of them itself
     */
    public static EditPreview of(AssociativeMemory memory, Patch patch, Edit edit, List<? extends Subject> subjects) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(subjects, "subjects");
        Set<Subject> own = edit.subjects();
        subjects.stream().filter(own::contains).findFirst().ifPresent(used -> {
            throw new IllegalArgumentException(used + " is part of the edit; look at images that it never saw.");
        });
        AssociativeMemory rewritten = memory.with(patch);
        Paster paster = Paster.of(memory, edit);
        Box place = paster.placeAt(edit.pastes().get(0).region());
        List<INDArray> before = new ArrayList<>();
        List<INDArray> after = new ArrayList<>();
        List<INDArray> goal = new ArrayList<>();
        for (int from = 0; from < subjects.size(); from += AT_ONCE) {
            List<? extends Subject> part = subjects.subList(from, Math.min(from + AT_ONCE, subjects.size()));
            try (Inputs inputs = Subject.inputs(part, memory.sampler());
                    Keys keys = memory.keys(inputs);
                    Values values = memory.values(keys);
                    Values changed = rewritten.values(keys);
                    INDArray pasted = pasted(values, paster, place)) {
                before.add(memory.decode(values));
                after.add(rewritten.decode(changed));
                goal.add(memory.decode(values.withTensor(pasted)));
            }
        }
        return new EditPreview(subjects, join(before), join(after), join(goal), Nd4j.create(paster.imageMask(place)));
    }

    private static INDArray pasted(Values values, Paster paster, Box place) {
        List<INDArray> pasted = new ArrayList<>();
        for (int n = 0; n < values.size(); n++) {
            pasted.add(paster.paste(values.tensor(), n, place));
        }
        INDArray together = Nd4j.stack(0, pasted.toArray(INDArray[]::new));
        pasted.forEach(INDArray::close);
        return together;
    }

    /**
     * Refuses to measure on samples that cannot be drawn or have no room in memory, before the work whose result they would
     * measure.
     *
     * @param memory draws them
     * @param samples how many, possibly none
     * @param used samples that are left out
     */
    static void requireRoom(AssociativeMemory memory, int samples, int used, long seed) {
        if (samples < 1) {
            return;
        }
        long last = samples - 1L + used;
        memory.sampler().requireReachable(new Sample(seed, (int) Math.min(last, Sample.MAX_INDEX)));
        GeneratorSpec spec = memory.spec().generator();
        double image = 3.0 * Float.BYTES * spec.imageHeight() * spec.imageWidth();
        FreeMemory.outside("Looking at " + samples + " fresh images", IMAGES_OF_A_SAMPLE * image * samples);
    }

    /** Samples of a seed, in order, without those that an edit uses. */
    public static List<Sample> fresh(Set<Sample> used, int count, long seed) {
        Objects.requireNonNull(used, "used");
        List<Sample> samples = new ArrayList<>();
        for (int index = 0; samples.size() < count; index++) {
            Sample sample = new Sample(seed, index);
            if (!used.contains(sample)) {
                samples.add(sample);
            }
        }
        return samples;
    }

    /** The numbers of this preview. */
    public RewriteReport.FreshSamples measure() {
        return facts(subjects, metrics());
    }

    /** The numbers of each image. */
    public EditMetrics metrics() {
        return EditMetrics.measure(before, after, goal, mask);
    }

    /** Some of the images, by their number in {@link #subjects}. */
    EditPreview only(List<Integer> rows) {
        return new EditPreview(
                rows.stream().map(row -> (Subject) subjects.get(row)).toList(),
                rows(before, rows),
                rows(after, rows),
                rows(goal, rows),
                mask);
    }

    private static INDArray rows(INDArray images, List<Integer> rows) {
        return Nd4j.stack(
                0, rows.stream().map(n -> EditCompiler.sample(images, n)).toArray(INDArray[]::new));
    }

    static RewriteReport.FreshSamples facts(List<? extends Subject> subjects, EditMetrics metrics) {
        return new RewriteReport.FreshSamples(
                subjects.size(),
                subjects.get(0) instanceof Sample sample ? OptionalLong.of(sample.seed()) : OptionalLong.empty(),
                metrics.insideL1Before(),
                metrics.insideL1After(),
                metrics.success(),
                metrics.insideSsim(),
                metrics.outsideL1(),
                metrics.outsidePsnr(),
                metrics.outsideSsim());
    }

    /** Joins batches, which are not to be used afterwards. */
    static INDArray join(List<INDArray> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        INDArray joined = Nd4j.concat(0, parts.toArray(INDArray[]::new));
        parts.forEach(INDArray::close);
        return joined;
    }
}
