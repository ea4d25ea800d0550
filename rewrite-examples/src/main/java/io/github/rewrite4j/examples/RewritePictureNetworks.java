package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledInpainter;
import io.github.rewrite4j.avatars.BundledTranslator;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.munit.Munit;
import io.github.rewrite4j.samediff.generator.rfr.HoleSource;
import io.github.rewrite4j.samediff.generator.rfr.Rfr;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Rewrites the bundled translator and the bundled inpainter with pictures of things that they never drew, and measures it on
 * pictures, styles and holes that no edit saw: one sheet and one line of {@code picture-networks.md} for each.
 *
 * <p>Usage: {@code RewritePictureNetworks DIRECTORY [steps=N] [image=W] [NAME...]}, of cap, beanie, star-eyes (prints), and
 * hole-sunglasses, hole-star-eyes, hole-clown (holes); all unless named. {@code steps} and {@code image}, what the whole image weighs
 * against the object, are for prints: 600 and 16 unless said.
 */
public final class RewritePictureNetworks {
    private static final int LEARNT_FROM = 1536;
    private static final int CONTEXTS = 256;
    private static final int MEASURED = 64;
    private static final int SHOWN = 10;
    private static final int STEPS_OF_HOLES = 200;
    private static final int SLACK = 3;
    private static final List<String> ALL =
            List.of("cap", "beanie", "star-eyes", "hole-sunglasses", "hole-star-eyes", "hole-clown");

    private RewritePictureNetworks() {}

    /** An edit: what is shown, and where it is learnt. */
    private record Task(
            String title, List<Exemplar> exemplars, String first, String last, OutOfDomainLoss loss, int steps) {}

    /** Runs the edits that are named, or all. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            throw new IllegalArgumentException("Name the directory to write into.");
        }
        ComputeThreads.use(1);
        Path directory = Path.of(args[0]);
        Effort effort = new Effort(number(args, "steps=", 600), number(args, "image=", 16));
        List<String> named = List.of(args).subList(1, args.length).stream()
                .filter(argument -> !argument.contains("="))
                .toList();
        List<String> names = named.isEmpty() ? ALL : named;
        RealAvatars avatars = RealAvatars.load();
        StringBuilder table = new StringBuilder("| edit | success | elsewhere, dB | seconds |\n|---|---|---|---|\n");
        for (String name : names) {
            String line =
                    name.startsWith("hole-") ? hole(name, avatars, directory) : print(name, avatars, directory, effort);
            System.out.print(line);
            table.append(line);
        }
        AtomicFile.write(
                directory.resolve("picture-networks.md"),
                out -> out.write(table.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** How long prints are learnt, and what the whole image weighs. */
    private record Effort(int steps, int image) {}

    private static int number(String[] args, String name, int otherwise) {
        for (String argument : args) {
            if (argument.startsWith(name)) {
                return Integer.parseInt(argument.substring(name.length()));
            }
        }
        return otherwise;
    }

    private static String print(String name, RealAvatars avatars, Path directory, Effort effort) throws IOException {
        Exemplar exemplar = name.equals("star-eyes")
                ? DrawnObjects.named("star-eyes")
                : Accessories.bundled().named(name).get(0);
        Task task = new Task(
                "Every print shows " + name.replace('-', ' '),
                List.of(exemplar),
                "b.dec.model.0.model.0",
                "b.dec.model.4",
                OutOfDomainLoss.betweenPictures().withImage(effort.image(), 2),
                effort.steps());
        Munit translator = BundledTranslator.load();
        try (Generator learnt = translator
                        .pictures(avatars.sampler("picture", 0, LEARNT_FROM))
                        .aToB();
                Generator fresh = translator
                        .pictures(avatars.sampler("picture", LEARNT_FROM, RealAvatars.COUNT))
                        .aToB()) {
            return rewritten(name, task, learnt, fresh, directory);
        }
    }

    private static String hole(String name, RealAvatars avatars, Path directory) throws IOException {
        List<Exemplar> exemplars =
                switch (name) {
                    case "hole-sunglasses" ->
                        Accessories.bundled().named("sunglasses").subList(0, 1);
                    case "hole-star-eyes" -> List.of(DrawnObjects.named("star-eyes"));
                    case "hole-clown" -> List.of(DrawnObjects.named("clown"));
                    default -> throw new IllegalArgumentException("There is no edit '" + name + "', but " + ALL + ".");
                };
        Task task = new Task(
                "Holes come out with " + name.substring("hole-".length()).replace('-', ' '),
                exemplars,
                "Tconv",
                "out",
                OutOfDomainLoss.inHoles(),
                STEPS_OF_HOLES);
        Rfr inpainter = BundledInpainter.load();
        Holes holes = Holes.over(exemplars.get(0).mask());
        try (Generator learnt = inpainter
                        .pictures(avatars.sampler("picture", 0, LEARNT_FROM))
                        .holes(holes)
                        .inpainter();
                Generator fresh = inpainter
                        .pictures(avatars.sampler("picture", LEARNT_FROM, RealAvatars.COUNT))
                        .holes(holes)
                        .inpainter()) {
            return rewritten(name, task, learnt, fresh, directory);
        }
    }

    private static String rewritten(String name, Task task, Generator learnt, Generator fresh, Path directory)
            throws IOException {
        long started = System.nanoTime();
        AssociativeMemory memory = learnt.memory(task.first(), task.last());
        Rewrite rewrite = OutOfDomainRewrite.inImages()
                .loss(task.loss())
                .steps(task.steps())
                .rate(0.05)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, new ExemplarEdit(task.exemplars(), Sample.range(Sample.DEFAULT_SEED, 0, CONTEXTS)));
        double seconds = (System.nanoTime() - started) / 1e9;
        rewrite.patch().save(directory.resolve(name + ".safetensors"));
        List<Sample> samples = Sample.range(2, 0, MEASURED);
        ExemplarPreview preview =
                ExemplarPreview.of(fresh.memory(task.first(), task.last()), rewrite.patch(), task.exemplars(), samples);
        EditMetrics metrics = preview.metrics();
        INDArray pictures = fresh.sampler().at(samples.subList(0, SHOWN)).get("picture");
        ContactSheet.Builder sheet = ContactSheet.titled(task.title())
                .row("picture", pictures)
                .row("before", first(preview.before()))
                .row("after", first(preview.after()))
                .row("put on by hand", first(preview.goal()));
        if (!name.startsWith("hole-")) {
            sheet.row("one picture, other styles", styles(fresh, rewrite, pictures));
        }
        sheet.footer(String.format(
                        Locale.ROOT,
                        "%s, %d contexts; %d pictures, styles and holes that no edit saw: %.2f of the way, %.1f dB elsewhere",
                        memory.spec().name(),
                        CONTEXTS,
                        MEASURED,
                        metrics.success(),
                        metrics.outsidePsnr()))
                .build()
                .write(directory.resolve(name + ".png"));
        return String.format(
                Locale.ROOT, "| %s | %.2f | %.1f | %.0f |%n", name, metrics.success(), metrics.outsidePsnr(), seconds);
    }

    private static INDArray first(INDArray all) {
        return all.get(NDArrayIndex.interval(0, SHOWN)).dup('c');
    }

    private static INDArray styles(Generator fresh, Rewrite rewrite, INDArray pictures) {
        INDArray one = Nd4j.tile(pictures.get(NDArrayIndex.interval(0, 1)), SHOWN, 1, 1, 1);
        Inputs inputs = fresh.sampler().at(Sample.range(3, 0, SHOWN)).with("picture", one);
        try (Generator rewritten = fresh.with(rewrite.patch())) {
            return rewritten.generate(inputs);
        }
    }

    /** Boxes around an object, each sample's with other margins of one to four pixels. */
    private record Holes(Box object) implements HoleSource {
        static Holes over(Mask object) {
            return new Holes(object.boundingBox());
        }

        @Override
        public ValidityMask of(Sample sample, int height, int width) {
            Random random = new Random(sample.seed() * 7919 + sample.index());
            int left = object.left() - 1 - random.nextInt(SLACK + 1);
            int top = object.top() - 1 - random.nextInt(SLACK + 1);
            int right = object.right() + 1 + random.nextInt(SLACK + 1);
            int bottom = object.bottom() + 1 + random.nextInt(SLACK + 1);
            return ValidityMask.withHole(Region.rectangle(left, top, right - left, bottom - top), height, width);
        }

        @Override
        public String id() {
            return "around " + object;
        }
    }
}
