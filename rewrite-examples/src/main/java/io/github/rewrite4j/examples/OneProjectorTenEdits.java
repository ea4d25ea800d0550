package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Ten objects through one projector file: success and preservation of each edit, how hard each is (eyes, sunglasses, masks over the
 * face), and whether the object takes on something of its picture: the correlation, over samples, of the mean luminance inside the
 * mask with that of the same sample outside. Usage: {@code OneProjectorTenEdits DIRECTORY [STEPS [CONTEXTS]]}.
 */
public final class OneProjectorTenEdits {
    private static final List<String> OBJECTS = List.of(
            "star-eyes",
            "slit-eyes",
            "gear-eyes",
            "clown",
            "glasses",
            "sunglasses",
            "bandana",
            "cap",
            "beanie",
            "sunglasses-again");
    private static final int SEEN = 3;
    private static final int MEASURED = 100;
    private static final int SHOWN = 6;
    private static final double[] LUMA = {0.299, 0.587, 0.114};

    private OneProjectorTenEdits() {}

    /** Runs all ten. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            throw new IllegalArgumentException("Name the directory to write into.");
        }
        ComputeThreads.use(ComputeThreads.configured());
        Path directory = Path.of(args[0]);
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 240;
        int contexts = args.length > 2 ? Integer.parseInt(args[2]) : ExemplarEdit.DEFAULT_CONTEXTS;
        BackwardProjector projector = BundledProjector.load();
        StringBuilder table = new StringBuilder(
                "| object | success | elsewhere, dB | colour with the sample's, r | seconds |\n|---|---|---|---|---|\n");
        ContactSheet.Builder sheet = ContactSheet.titled("Ten edits through one projector");
        try (Generator generator = BundledGenerator.load()) {
            AssociativeMemory memory = generator.memory("layer5", BundledProjector.LAYER);
            for (String name : OBJECTS) {
                long started = System.nanoTime();
                List<Exemplar> all = exemplars(name);
                List<Exemplar> goals = all.size() > 2 * SEEN ? all.subList(SEEN, 2 * SEEN) : all;
                Rewrite rewrite = OutOfDomainRewrite.inImages()
                        .loss(OutOfDomainLoss.inImages().withFeatures(OutOfDomainLoss.Form.SPLIT, 2, 1), projector)
                        .steps(steps)
                        .evaluatedOn(List.of(), 0, 2)
                        .rewrite(
                                memory,
                                new ExemplarEdit(
                                        all.subList(0, Math.min(SEEN, all.size())),
                                        Sample.range(Sample.DEFAULT_SEED, 0, contexts)));
                double seconds = (System.nanoTime() - started) / 1e9;
                ExemplarPreview preview =
                        ExemplarPreview.of(memory, rewrite.patch(), goals, Sample.range(2, 0, MEASURED));
                EditMetrics metrics = preview.metrics();
                table.append(String.format(
                        Locale.ROOT,
                        "| %s | %.2f | %.1f | %.2f | %.0f |%n",
                        name,
                        metrics.success(),
                        metrics.outsidePsnr(),
                        correlation(preview.after(), preview.masks()),
                        seconds));
                sheet.row(
                        name,
                        preview.after().get(NDArrayIndex.interval(0, SHOWN)).dup('c'));
            }
        }
        String text = table.toString();
        System.out.print(text);
        sheet.build().write(directory.resolve("ten-edits.png"));
        AtomicFile.write(directory.resolve("ten-edits.md"), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Exemplar> exemplars(String name) throws IOException {
        if (DrawnObjects.NAMES.contains(name)) {
            return List.of(DrawnObjects.named(name));
        }
        boolean again = name.endsWith("-again");
        List<Exemplar> all = Accessories.bundled().named(again ? name.substring(0, name.length() - 6) : name);
        return again ? all.subList(2 * SEEN, 4 * SEEN) : all;
    }

    /** Pearson's, over samples, of the mean luminance inside masks and outside of them. */
    private static double correlation(INDArray images, INDArray masks) {
        int n = Math.toIntExact(images.size(0));
        double[] inside = new double[n];
        double[] outside = new double[n];
        for (int i = 0; i < n; i++) {
            double in = 0;
            double all = 0;
            double cells = 0;
            int side = Math.toIntExact(images.size(2));
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double l = 0;
                    for (int c = 0; c < LUMA.length; c++) {
                        l += LUMA[c] * images.getDouble(i, c, y, x);
                    }
                    boolean here = masks.getDouble(i, y, x) > 0;
                    in += here ? l : 0;
                    cells += here ? 1 : 0;
                    all += l;
                }
            }
            inside[i] = in / cells;
            outside[i] = (all - in) / (side * side - cells);
        }
        return pearson(inside, outside);
    }

    private static double pearson(double[] a, double[] b) {
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < a.length; i++) {
            meanA += a[i] / a.length;
            meanB += b[i] / a.length;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.sqrt(aa * bb);
    }
}
