package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.inversion.Inversion;
import io.github.rewrite4j.samediff.inversion.InvertedPictures;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.JointObjectiveRewrite;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Where rewriting with a generator's own objects ends: objects from what it draws itself to what it never drew. In-domain ways
 * copy from the nearest picture that the generator can draw, found by inversion, and learn in the features of one layer; beside
 * them the out-of-domain rewrite, which learns from the picture itself. All are measured against the object itself on fresh
 * samples. Arguments: the directory to write to ({@code target/rewrite/ladder}), fresh samples (48), steps of the out-of-domain
 * rewrite (120).
 */
public final class MeasureLadder {
    private static final String LAYER = "layer5";
    private static final Region EYES = Region.ellipse(25, 29.5, 5, 4).union(Region.ellipse(39, 29.5, 5, 4));

    /** What objects are put on to be inverted. */
    private static final Sample FACE = Sample.of(3);

    private static final List<Sample> PASTES = Sample.range(Sample.DEFAULT_SEED, 1000, 1016);
    private static final int CONTEXTS = 64;
    private static final int SHOWN = 5;

    private final Generator avatars;
    private final int fresh;
    private final int steps;

    private MeasureLadder(Generator avatars, int fresh, int steps) {
        this.avatars = avatars;
        this.fresh = fresh;
        this.steps = steps;
    }

    /** Runs. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite/ladder");
        int fresh = args.length > 1 ? Integer.parseInt(args[1]) : 48;
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 120;
        try (Generator avatars = BundledGenerator.load()) {
            new MeasureLadder(avatars, fresh, steps).run(out);
        }
    }

    private void run(Path out) throws IOException {
        Map<String, Exemplar> rungs = new LinkedHashMap<>();
        rungs.put("sleeping eyes", own());
        rungs.put("glasses", Accessories.bundled().named("glasses").get(0));
        rungs.put("sunglasses", Accessories.bundled().named("sunglasses").get(0));
        rungs.put("star eyes", DrawnObjects.named("star-eyes"));
        rungs.put("bandana", DrawnObjects.named("bandana"));
        Map<String, Map<String, Object>> facts = new LinkedHashMap<>();
        ContactSheet.Builder sheet = ContactSheet.titled("Where the generator's own objects end");
        for (Map.Entry<String, Exemplar> rung : rungs.entrySet()) {
            Map<String, Object> numbers = new LinkedHashMap<>();
            climb(rung.getKey(), rung.getValue(), numbers, sheet);
            facts.put(rung.getKey(), numbers);
            System.out.println(rung.getKey() + ": " + numbers);
            Json.write(out.resolve("ladder.json"), facts);
        }
        sheet.footer(
                        "rows of three: the picture's object, one layer by gradients from the nearest own picture, out of domain;"
                                + " samples of seed 2")
                .build()
                .write(out.resolve("ladder.png"));
    }

    /** Eyes that the generator draws itself. */
    private Exemplar own() throws IOException {
        Sample sleeping = new AttributeSides("eyes", Set.of("sleep"), true)
                .of(avatars, BundledNetworks.training(), 1, 512, Sample.DEFAULT_SEED, RewriteListener.SILENT)
                .fires()
                .get(0);
        try (Inputs inputs = avatars.sampler().at(List.of(sleeping))) {
            return Exemplar.of(Transforms.hardTanh(avatars.generate(inputs)).slice(0), EYES);
        }
    }

    private void climb(String name, Exemplar object, Map<String, Object> numbers, ContactSheet.Builder sheet) {
        Region region = Region.of(object.mask());
        INDArray picture;
        INDArray plain;
        try (Inputs inputs = avatars.sampler().at(List.of(FACE))) {
            plain = Transforms.hardTanh(avatars.generate(inputs));
            picture = object.compositeOn(plain);
        }
        InvertedPictures inverted =
                Inversion.defaults().iterations(200).starts(2).perLayer().invert(avatars, picture);
        numbers.put(
                "notDrawn",
                distance(inverted.images(), picture, object) / Math.max(1e-9, distance(plain, picture, object)));
        Subject nearest = inverted.subjects(name).get(0);
        Edit edit = Edit.copy(nearest, region).pasteInto(PASTES, region);
        AssociativeMemory layer = avatars.memory(LAYER);
        Patch joint = JointObjectiveRewrite.inFeatures()
                .evaluatedOn(0, 2)
                .rewrite(layer, edit, RewriteListener.SILENT)
                .patch();
        Patch lowRank = LowRankRewrite.rank(16)
                .gamma(0.7)
                .evaluatedOn(0, 2)
                .rewrite(layer, edit, RewriteListener.SILENT)
                .patch();
        AssociativeMemory several = OutOfDomainRewrite.memoryOf(avatars);
        Patch outOfDomain = OutOfDomainRewrite.inImages()
                .steps(steps)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(
                        several,
                        new ExemplarEdit(List.of(object), Sample.range(Sample.DEFAULT_SEED, 0, CONTEXTS)),
                        RewriteListener.SILENT)
                .patch();
        ExemplarPreview one = measured("one layer", layer, joint, object, numbers);
        measured("low rank", layer, lowRank, object, numbers);
        ExemplarPreview outside = measured("out of domain", several, outOfDomain, object, numbers);
        sheet.row(name, PatchStack.first(one.goal(), SHOWN))
                .row("one layer", PatchStack.first(one.after(), SHOWN))
                .row("out of domain", PatchStack.first(outside.after(), SHOWN));
    }

    private ExemplarPreview measured(
            String way, AssociativeMemory memory, Patch patch, Exemplar object, Map<String, Object> numbers) {
        ExemplarPreview preview = ExemplarPreview.of(memory, patch, List.of(object), Sample.range(2, 0, fresh));
        EditMetrics metrics = preview.metrics();
        numbers.put(way, String.format(Locale.ROOT, "%.2f, %.1f dB", metrics.success(), metrics.outsidePsnr()));
        return preview;
    }

    /** Mean absolute difference under an object. */
    private static double distance(INDArray images, INDArray picture, Exemplar object) {
        float[] a = HostArrays.of(images);
        float[] b = HostArrays.of(picture);
        int width = object.mask().width();
        int plane = object.mask().height() * width;
        double sum = 0;
        double cells = 0;
        for (int i = 0; i < a.length; i++) {
            double m = object.mask().value(i % plane / width, i % width);
            sum += m * Math.abs(Math.max(-1, Math.min(1, a[i])) - b[i]);
            cells += m;
        }
        return sum / cells;
    }
}
