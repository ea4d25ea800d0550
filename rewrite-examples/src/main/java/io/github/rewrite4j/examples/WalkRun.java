package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.image.AnimatedGif;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.latent.LatentWalk;
import io.github.rewrite4j.samediff.metric.Flicker;
import io.github.rewrite4j.samediff.metric.MaskSide;
import io.github.rewrite4j.samediff.metric.NothingToMeasureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A walk through the latent space before and after rules: a moving picture, its frames, and how much more it flickers. */
public final class WalkRun {
    /** Mean change of a pixel over the walk, of 2, from which on the rules are taken to draw there. */
    private static final double DRAWN = 0.1;

    private static final int AT_ONCE = 32;
    private static final int GAP = 4;
    private static final int SCALE = 3;

    private final INDArray before;
    private final INDArray after;
    private final INDArray mask;

    private WalkRun(INDArray before, INDArray after) {
        this.before = before;
        this.after = after;
        this.mask = after.sub(before)
                .norm1(1)
                .divi(before.size(1))
                .mean(0)
                .gt(DRAWN)
                .castTo(before.dataType());
    }

    /**
     * Draws the walk.
     *
     * @param stack the rules, on the generator that is walked through
     * @param subjects that the walk leads through, at least two
     * @param frames number of frames
     */
    public static WalkRun of(
            Generator generator,
            PatchStack stack,
            List<? extends Subject> subjects,
            int frames,
            RewriteListener listener) {
        Inputs inputs = LatentWalk.through(generator, subjects, frames);
        INDArray[] before = new INDArray[(frames + AT_ONCE - 1) / AT_ONCE];
        INDArray[] after = new INDArray[before.length];
        for (int i = 0; i < before.length; i++) {
            listener.report(Stage.FRAMES, i * AT_ONCE, frames);
            try (Inputs part = inputs.slice(i * AT_ONCE, Math.min(frames, (i + 1) * AT_ONCE))) {
                before[i] = generator.generate(part);
                after[i] = stack.generate(part);
            }
        }
        listener.report(Stage.FRAMES, frames, frames);
        return new WalkRun(Nd4j.concat(0, before), Nd4j.concat(0, after));
    }

    /** Mean change from frame to frame, before and after, where the rules draw and elsewhere. */
    public Facts facts() {
        Facts.Builder facts = Facts.builder();
        facts.put("frames", before.size(0));
        facts.put("flickerBefore", Flicker.everywhere(before));
        facts.put("flickerAfter", Flicker.everywhere(after));
        facts.put("flickerIs", "mean absolute change of a number, of 2, from a frame to the next");
        facts.put("pixelsOfTheRules", mask.sumNumber().intValue());
        try {
            double still = Flicker.on(before, mask, MaskSide.OUTSIDE);
            double moved = Flicker.on(after, mask, MaskSide.OUTSIDE);
            facts.put("flickerElsewhereBefore", still);
            facts.put("flickerElsewhereAfter", moved);
            facts.put("addedElsewhere", moved / still - 1);
        } catch (NothingToMeasureException everywhere) {
            facts.put("elsewhere", "there is none: the rules draw everywhere");
        }
        return facts.build();
    }

    /**
     * Writes {@code walk.gif}, before on the left and after on the right, and every frame as {@code frames/before-000.png}
     * and {@code frames/after-000.png}.
     */
    public void write(Path directory, int milliseconds) throws IOException {
        INDArray gap = Nd4j.ones(before.dataType(), before.size(0), before.size(1), before.size(2), GAP);
        AnimatedGif.of(Nd4j.concat(3, before, gap, after))
                .enlarged(SCALE)
                .milliseconds(milliseconds)
                .write(directory.resolve("walk.gif"));
        for (int frame = 0; frame < before.size(0); frame++) {
            Path frames = directory.resolve("frames");
            Images.write(row(before, frame), frames.resolve(String.format(Locale.ROOT, "before-%03d.png", frame)));
            Images.write(row(after, frame), frames.resolve(String.format(Locale.ROOT, "after-%03d.png", frame)));
        }
    }

    private static INDArray row(INDArray images, int n) {
        return images.get(NDArrayIndex.interval(n, n + 1)).dup('c');
    }
}
