package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.HeatMap;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.strategy.RuleHeat;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What an erasure does to images that it never saw: how much they change where the example was marked, and elsewhere. */
public final class ErasedPictures {
    /** Images to draw. */
    public static final int SHOWN = 64;

    private static final int COMPARED = 10;
    private static final double GAIN = 2;
    private static final int MARGIN = 4;

    private final INDArray before;
    private final INDArray after;
    private final INDArray heat;
    private final double inside;
    private final double outside;

    private ErasedPictures(INDArray before, INDArray after, INDArray heat, double inside, double outside) {
        this.before = before;
        this.after = after;
        this.heat = heat;
        this.inside = inside;
        this.outside = outside;
    }

    /** Draws images without and with the patch. */
    public static ErasedPictures of(
            Generator generator, Patch patch, AssociativeMemory memory, Erasure erasure, Inputs inputs) {
        INDArray before = generator.generate(inputs);
        INDArray heat = RuleHeat.of(memory, patch, inputs);
        try (Generator erased = generator.with(patch)) {
            INDArray after = erased.generate(inputs);
            int height = (int) before.size(2);
            int width = (int) before.size(3);
            Mask mask = erasure.example().region().onImage(height, width);
            Mask around = mask.dilated(MARGIN);
            float[] a = HostArrays.of(before);
            float[] b = HostArrays.of(after);
            double[] sums = new double[2];
            long[] counts = new long[2];
            for (int i = 0; i < a.length; i++) {
                int row = i / width % height;
                int column = i % width;
                int side = mask.value(row, column) > 0 ? 0 : around.value(row, column) > 0 ? -1 : 1;
                if (side >= 0) {
                    sums[side] += Math.abs(a[i] - b[i]);
                    counts[side]++;
                }
            }
            return new ErasedPictures(
                    before, after, heat, sums[0] / Math.max(1, counts[0]), sums[1] / Math.max(1, counts[1]));
        }
    }

    /** Writes {@code before.png}, {@code after.png} and {@code compare.png}. */
    public void write(Path directory, String footer) throws IOException {
        INDArray first = PatchStack.first(before, COMPARED);
        INDArray second = PatchStack.first(after, COMPARED);
        INDArray maps = PatchStack.first(heat, COMPARED);
        Images.writeGrid(before, directory.resolve("before.png"));
        Images.writeGrid(after, directory.resolve("after.png"));
        ContactSheet.titled("Before and after")
                .row("before", first)
                .row("after", second)
                .row("difference x" + (int) GAIN, Difference.absolute(first, second, GAIN))
                .row("where the rule fires", HeatMap.rangeOf(maps).over(maps, first))
                .footer(footer + "; bright in the last row: the keys that the rule answers to")
                .build()
                .write(directory.resolve("compare.png"));
    }

    /** Mean absolute changes, for JSON. */
    public Facts facts() {
        Facts.Builder facts = Facts.builder();
        facts.put("changeWhereMarked", inside);
        facts.put("changeElsewhere", outside);
        return facts.build();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "images change by %.4f where the example was marked, by %.4f elsewhere (of a range of 2)",
                inside,
                outside);
    }
}
