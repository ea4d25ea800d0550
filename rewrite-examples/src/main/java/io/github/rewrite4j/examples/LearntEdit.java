package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.MaskFiles;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An edit that was learnt alone, and what it draws on fresh samples.
 *
 * @param name as it was asked for
 * @param patch that was learnt
 * @param preview on fresh samples
 */
record LearntEdit(String name, Patch patch, EditPreview preview) {
    private static final int MEASURED = 96;

    /**
     * Learns.
     *
     * @param asked EDIT, EDIT@LAYER or EDIT@LAYER:RANK, a file of the folder without its ending
     * @param inImages by {@code in-images} instead of as it is written
     */
    static LearntEdit of(Generator avatars, Path folder, String asked, boolean inImages) throws IOException {
        String[] parts = asked.split("[@:]", -1);
        EditPlan written = (EditPlan) EditFile.plan(folder.resolve(parts[0] + ".json"), MaskFiles.INSIDE_FOLDER);
        Method method = inImages ? Method.InImages.standard() : written.method();
        if (parts.length > 2 && method instanceof Method.LowRank low) {
            method = new Method.LowRank(Integer.parseInt(parts[2]), low.solver(), low.directions(), low.gamma());
        }
        if (parts.length > 2 && inImages) {
            Method.InImages standard = Method.InImages.standard();
            method =
                    new Method.InImages(standard.shown(), standard.steps(), OptionalInt.of(Integer.parseInt(parts[2])));
        }
        EditPlan plan = new EditPlan(written.edit(), parts.length > 1 ? parts[1] : written.layer(), method, 0);
        Patch patch = PlannedRewrite.of(plan)
                .rewrite(avatars.memory(plan.layer()), plan.edit(), RewriteListener.SILENT)
                .patch();
        return new LearntEdit(
                asked,
                patch,
                EditPreview.of(avatars.memory(plan.layer()), patch, plan.edit(), MEASURED, PlannedRewrite.FRESH_SEED));
    }

    /** What a generator with another patch draws on the same samples. */
    INDArray drawn(Generator avatars, Patch other) {
        List<Sample> samples =
                preview.subjects().stream().map(subject -> (Sample) subject).toList();
        try (Generator with = avatars.with(other);
                Inputs inputs = avatars.sampler().at(samples)) {
            return with.generate(inputs);
        }
    }

    /** Of the way to its goal, where its object lies and none of the others'; where it lies at all if they cover it. */
    double success(INDArray images, List<LearntEdit> others) {
        boolean[] mine = mask();
        boolean[] apart = mine.clone();
        for (LearntEdit other : others) {
            boolean[] theirs = other.equals(this) ? new boolean[mine.length] : other.mask();
            for (int p = 0; p < mine.length; p++) {
                apart[p] &= !theirs[p];
            }
        }
        boolean any = false;
        for (boolean pixel : apart) {
            any |= pixel;
        }
        boolean[] counted = any ? apart : mine;
        float[] drawn = HostArrays.of(images);
        float[] goal = HostArrays.of(preview.goal());
        float[] before = HostArrays.of(preview.before());
        double left = 0;
        double way = 0;
        for (int i = 0; i < drawn.length; i++) {
            if (counted[i % mine.length]) {
                left += Math.abs(clipped(drawn[i]) - clipped(goal[i]));
                way += Math.abs(clipped(before[i]) - clipped(goal[i]));
            }
        }
        return 1 - left / way;
    }

    private boolean[] mask() {
        float[] values = HostArrays.of(preview.mask());
        boolean[] mask = new boolean[values.length];
        for (int p = 0; p < mask.length; p++) {
            mask[p] = values[p] > 0;
        }
        return mask;
    }

    private static double clipped(float value) {
        return Math.max(-1, Math.min(1, value));
    }
}
