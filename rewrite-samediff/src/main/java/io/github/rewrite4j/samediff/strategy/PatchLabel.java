package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.recipe.Claim;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.metric.NothingToMeasureException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What a patch file says of itself beside its numbers: the recipe that made it, what it claims to do, and a thumbnail of
 * some samples before (above) and after (below).
 */
public final class PatchLabel {
    /** Note of a patch: a small PNG in base 64. */
    public static final String THUMBNAIL = "thumbnail";

    private static final int SHOWN = 4;
    private static final int LARGEST = 32;

    private PatchLabel() {}

    /**
     * The patch with its notes.
     *
     * @param fresh samples that the edit never saw; what cannot be measured on them is not claimed
     * @param seed of these samples
     * @param before images of some samples
     * @param after the same with the patch
     */
    public static Patch on(
            Patch patch, Recipe recipe, Supplier<EditMetrics> fresh, long seed, INDArray before, INDArray after) {
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(fresh, "fresh");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Map<String, String> notes = new TreeMap<>();
        notes.put(Recipe.NOTE, recipe.note());
        notes.put(THUMBNAIL, thumbnail(before, after));
        try {
            notes.put(Claim.NOTE, Verification.claim(fresh.get(), seed).note());
        } catch (NothingToMeasureException unmeasured) {
            // An edit without a goal under its mask claims nothing, and 'verify' says so.
            notes.remove(Claim.NOTE);
        }
        return patch.noting(notes);
    }

    private static String thumbnail(INDArray before, INDArray after) {
        long shown = Math.min(SHOWN, before.size(0));
        INDArray[] rows = new INDArray[2];
        for (int row = 0; row < rows.length; row++) {
            INDArray[] images = new INDArray[(int) shown];
            for (int n = 0; n < images.length; n++) {
                images[n] = reduced((row == 0 ? before : after)
                        .get(NDArrayIndex.point(n), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all()));
            }
            rows[row] = Nd4j.concat(2, images);
        }
        return Base64.getEncoder().encodeToString(Images.toPng(Nd4j.concat(1, rows)));
    }

    /** Means over squares of pixels, [C, H, W]. */
    private static INDArray reduced(INDArray image) {
        long step = (Math.max(image.size(1), image.size(2)) + LARGEST - 1) / LARGEST;
        long height = Math.max(1, image.size(1) / step);
        long width = Math.max(1, image.size(2) / step);
        if (step == 1) {
            return image.dup('c');
        }
        return image.get(
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(0, height * step),
                        NDArrayIndex.interval(0, width * step))
                .dup('c')
                .reshape(image.size(0), height, step, width, step)
                .mean(2, 4);
    }
}
