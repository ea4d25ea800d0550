package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.inversion.Inversion;
import io.github.rewrite4j.samediff.inversion.InvertedPictures;
import io.github.rewrite4j.samediff.inversion.Pivot;
import io.github.rewrite4j.samediff.inversion.PivotalTuning;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * How well pictures that the bundled generator never saw are inverted, with one latent, with one for each layer, and with a
 * pivotal patch of each picture; and what two rules do to them, beside what they do to samples. Writes {@code invert.md} and
 * {@code invert.png} into {@code target/rewrite} or the directory given as first argument; a second argument is the number
 * of pictures, 8 if there is none, a third that of the steps, 200, a fourth the first layer that the pivotal patches change,
 * layer6: behind the layers where rules live, which then answer as they did. Some minutes on two cores.
 */
public final class MeasureInversion {
    private static final int SAMPLES = 64;
    private static final int RANK = 8;

    private final Generator avatars;
    private final INDArray pictures;
    private final InvertedPictures one;
    private final InvertedPictures apart;
    private final List<Pivot> pivots = new ArrayList<>();
    private final Path directory;

    private MeasureInversion(Generator avatars, INDArray pictures, int steps, String pivotal, Path directory) {
        this.avatars = avatars;
        this.pictures = pictures;
        this.directory = directory;
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        Inversion inversion = Inversion.defaults().iterations(steps).starts(2).pull(0.001);
        one = inversion.invert(avatars, pictures, progress);
        apart = inversion.apart(avatars, one, pictures, progress);
        List<String> layers = avatars.layers().stream().map(Layer::name).toList();
        PivotalTuning tuning = PivotalTuning.ofRank(RANK)
                .layers(layers.subList(layers.indexOf(pivotal), layers.size()))
                .iterations(3 * steps / 2)
                .learningRate(0.02)
                .locality(0.1, 1);
        for (int k = 0; k < pictures.size(0); k++) {
            INDArray picture = row(pictures, k);
            InvertedPictures alone = new InvertedPictures(
                    row(one.latents(), k),
                    one.inputs().slice(k, k + 1),
                    row(one.images(), k),
                    List.of(one.fits().get(k)));
            pivots.add(tuning.tune(avatars, alone, picture, progress));
        }
        progress.done();
    }

    /** Measures and writes. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 200;
        String pivotal = args.length > 3 ? args[3] : "layer6";
        ComputeThreads.use(ComputeThreads.configured());
        try (Generator avatars = BundledGenerator.load()) {
            String report =
                    new MeasureInversion(avatars, ForeignPictures.bare(count), steps, pivotal, directory).report();
            AtomicFile.write(directory.resolve("invert.md"), out -> out.write(report.getBytes(StandardCharsets.UTF_8)));
            System.out.println(report);
        }
    }

    private static INDArray row(INDArray arrays, int k) {
        INDArray row = arrays.rank() == 4
                ? arrays.get(
                        NDArrayIndex.interval(k, k + 1), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all())
                : arrays.get(NDArrayIndex.interval(k, k + 1), NDArrayIndex.all(), NDArrayIndex.all());
        return row.dup('c');
    }

    private String report() throws IOException {
        StringBuilder text =
                new StringBuilder("| " + pictures.size(0) + " pictures | PSNR, mean (least) |\n|---|---|\n");
        line(
                text,
                "one latent",
                one.fits().stream().map(InvertedPictures.Fit::psnr).toList());
        line(
                text,
                "a latent for each layer",
                apart.fits().stream().map(InvertedPictures.Fit::psnr).toList());
        line(
                text,
                "one latent and a pivotal patch of rank " + RANK,
                pivots.stream().map(pivot -> pivot.psnrAfter().get(0)).toList());
        Path patch = directory.resolve("pivot.safetensors");
        pivots.get(0).patch().save(patch);
        text.append(String.format(Locale.ROOT, "\nA patch has %,d bytes.\n\n", Files.size(patch)));
        text.append("| success of the rule | on samples | one latent | a latent for each layer | with the pivot |\n")
                .append("|---|---|---|---|---|\n");
        Region mouth = Region.ellipse(32, 44, 6, 5);
        Edit smile = Edit.copy(Sample.of(15), mouth).pasteInto(Sample.range(1, 2000, 2016), mouth);
        Map<String, EditPlan> plans = new LinkedHashMap<>();
        plans.put("moustache", AvatarEdits.moustache().plan());
        plans.put("big smile", EditPlan.of(smile, "layer5", 16).withGamma(0.7));
        List<INDArray> drawn = new ArrayList<>();
        for (Map.Entry<String, EditPlan> plan : plans.entrySet()) {
            Patch rule = PlannedRewrite.of(plan.getValue().evaluatedOn(0))
                    .rewrite(
                            avatars.memory(plan.getValue().layer()),
                            plan.getValue().edit())
                    .patch();
            text.append("| ").append(plan.getKey()).append(" |");
            text.append(cell(success(avatars, plan.getValue(), rule, Sample.range(2, 0, SAMPLES))));
            text.append(cell(success(avatars, plan.getValue(), rule, one.subjects("one"))));
            text.append(cell(success(avatars, plan.getValue(), rule, apart.subjects("apart"))));
            text.append(cell(withPivots(plan.getValue(), rule))).append('\n');
            drawn.add(drawnWithPivots(rule));
        }
        sheet(drawn);
        return text.toString();
    }

    private static void line(StringBuilder text, String what, List<Double> psnr) {
        text.append(String.format(
                Locale.ROOT,
                "| %s | %.1f (%.1f) dB |\n",
                what,
                psnr.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                psnr.stream().mapToDouble(Double::doubleValue).min().orElseThrow()));
    }

    private static String cell(double success) {
        return String.format(Locale.ROOT, " %.2f |", success);
    }

    private static RewriteReport.FreshSamples measured(
            Generator generator, EditPlan plan, Patch rule, List<? extends Subject> subjects) {
        AssociativeMemory memory = generator.memory(plan.layer());
        return EditPreview.of(memory, rule, plan.edit(), subjects).measure();
    }

    private static double success(Generator generator, EditPlan plan, Patch rule, List<? extends Subject> subjects) {
        return measured(generator, plan, rule, subjects).success();
    }

    /** Each picture in the generator with its own patch. */
    private double withPivots(EditPlan plan, Patch rule) {
        double before = 0;
        double after = 0;
        List<? extends Subject> subjects = one.subjects("picture");
        for (int k = 0; k < pivots.size(); k++) {
            try (Generator tuned = avatars.with(pivots.get(k).patch())) {
                RewriteReport.FreshSamples alone = measured(tuned, plan, rule, subjects.subList(k, k + 1));
                before += alone.insideL1Before();
                after += alone.insideL1After();
            }
        }
        return 1 - after / before;
    }

    private INDArray drawnWithPivots(Patch rule) {
        INDArray[] images = new INDArray[pivots.size()];
        for (int k = 0; k < images.length; k++) {
            try (Generator tuned = avatars.with(pivots.get(k).patch());
                    Generator ruled = tuned.with(rule)) {
                images[k] = ruled.generate(one.inputs().slice(k, k + 1));
            }
        }
        return Nd4j.concat(0, images);
    }

    private void sheet(List<INDArray> ruled) throws IOException {
        INDArray tuned = Nd4j.concat(0, pivots.stream().map(Pivot::images).toArray(INDArray[]::new));
        ContactSheet.titled("Pictures that the generator never saw, inverted")
                .row("picture", pictures)
                .row("one latent", one.images())
                .row("one for each layer", apart.images())
                .row("with a pivotal patch", tuned)
                .row("and a moustache", ruled.get(0))
                .row("and a big smile", ruled.get(1))
                .build()
                .write(directory.resolve("invert.png"));
    }
}
