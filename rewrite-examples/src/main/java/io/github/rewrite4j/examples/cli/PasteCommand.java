package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.ExemplarFiles;
import io.github.rewrite4j.examples.PasteRun;
import io.github.rewrite4j.examples.WrittenEdit;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.condition.ConditionalEffect;
import io.github.rewrite4j.samediff.layers.ChosenLayer;
import io.github.rewrite4j.samediff.layers.LayerChoice;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "paste",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Puts an object from your own pictures on everything that the generator draws: before.png,"
                + " after.png, compare.png, patch.safetensors, report.json.",
        footer = {
            "",
            "One to three pictures do; PNG or JPEG of any size, they are fitted into the generator's image. What of a",
            "picture is the object, its alpha channel says, or a mask (white on black), or the same picture without"
                    + " it.",
            "An object that fills its picture is drawn at half the image's width unless --size says otherwise.",
            "",
            "Examples:",
            "  rewrite paste --exemplar glasses.png --out glasses",
            "  rewrite paste --exemplar hat.png --patch glasses/patch.safetensors --out glasses-and-hat",
            "  rewrite paste --exemplar glasses.png --goal other-glasses.png",
            "  rewrite paste --exemplar glasses.png --share 0.5 --out half-with-glasses",
            "  rewrite paste --exemplar beard.png --except-where hair=long+extraLong+bobCut",
            "  rewrite paste --exemplar a.jpg --mask a-mask.png --exemplar b.png --without b-without.png --at 32,27"
        })
final class PasteCommand extends RecipeCommand {
    private static final Pattern POINT = Pattern.compile("\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*");

    /** A picture with what marks its object. */
    static final class Picture {
        @Option(
                names = "--exemplar",
                paramLabel = "E.png",
                required = true,
                description = "A picture of the object; may be repeated, each with its own mask or partner.")
        private Path exemplar = Path.of("");

        @Option(names = "--mask", paramLabel = "M.png", description = "White where the object is.")
        private @Nullable Path mask;

        @Option(names = "--without", paramLabel = "W.png", description = "The same picture without the object.")
        private @Nullable Path without;

        Exemplar read() throws IOException {
            return exemplar(exemplar, mask, without);
        }
    }

    private static Exemplar exemplar(Path picture, @Nullable Path mask, @Nullable Path without) throws IOException {
        ExemplarFiles files = ExemplarFiles.of(picture);
        files = mask == null ? files : files.mask(mask);
        return (without == null ? files : files.without(without)).read();
    }

    @ArgGroup(exclusive = false, multiplicity = "1..*")
    private List<Picture> pictures = new ArrayList<>();

    /** A picture to measure on, with what marks its object. */
    static final class Goal {
        @Option(
                names = "--goal",
                paramLabel = "G.png",
                required = true,
                description = "A picture of the object to measure on and not to learn from; may be repeated (default:"
                        + " measure on the exemplars).")
        private Path goal = Path.of("");

        @Option(names = "--goal-mask", paramLabel = "M.png", description = "White where the goal's object is.")
        private @Nullable Path mask;

        @Option(
                names = "--goal-without",
                paramLabel = "W.png",
                description = "The same picture as the goal without the object.")
        private @Nullable Path without;

        Exemplar read() throws IOException {
            return exemplar(goal, mask, without);
        }
    }

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<Goal> goals = new ArrayList<>();

    @Option(
            names = "--at",
            paramLabel = "X,Y",
            description = "Pixel of the generator's image where the centre of the object goes (default: where it is in"
                    + " the picture).")
    private String at = "";

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Width of the object in pixels of the generator's image (default: as in the picture; half the"
                    + " image for an object that fills its picture).")
    private @Nullable Integer size;

    @Option(
            names = "--context",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "" + ExemplarEdit.DEFAULT_CONTEXTS,
            description = "Number of samples that the object is shown on (default: ${DEFAULT-VALUE}).")
    private int contexts = ExemplarEdit.DEFAULT_CONTEXTS;

    @Option(
            names = "--layers",
            paramLabel = "FIRST[..LAST]|auto",
            defaultValue = LayerChoice.AUTO,
            description = "Layers to rewrite; auto: around the first of half the size of the image (default).")
    private String layers = LayerChoice.AUTO;

    @Option(
            names = "--steps",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Steps of training (default: 240, 400 for some images only, 720 on top of patches).")
    private @Nullable Integer steps;

    @Option(
            names = "--fresh",
            paramLabel = "N",
            defaultValue = "200",
            description = "Fresh images to measure on (default: ${DEFAULT-VALUE}).")
    private int fresh = 200;

    @Mixin
    private ConditionOptions conditions = new ConditionOptions();

    @Mixin
    private PatchOptions patches = new PatchOptions();

    PasteCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        Underlay underlay = Underlay.of(generator, patches.load());
        try (Generator under = underlay.open()) {
            paste(under, underlay, out);
        }
    }

    private PasteRun.Task task(Generator generator) throws IOException {
        List<Exemplar> exemplars = new ArrayList<>();
        for (Picture picture : pictures) {
            exemplars.add(placed(picture.read(), generator));
        }
        List<Exemplar> evaluatedOn = new ArrayList<>();
        for (Goal goal : goals) {
            evaluatedOn.add(placed(goal.read(), generator));
        }
        OutOfDomainRewrite strategy =
                conditions.given() ? OutOfDomainRewrite.withExceptions() : OutOfDomainRewrite.inImages();
        ExemplarEdit everywhere = ExemplarEdit.of(exemplars).shownOn(Sample.range(Sample.DEFAULT_SEED, 0, contexts));
        ExemplarEdit edit = conditions.on(everywhere, generator, memory(generator), RewriteListener.SILENT);
        return new PasteRun.Task(
                exemplars.get(0).name() + (conditions.given() ? " on some images" : " on every image"),
                edit,
                steps == null ? strategy : strategy.steps(steps),
                evaluatedOn.isEmpty() ? exemplars : evaluatedOn,
                seed());
    }

    @Override
    EditMetrics measured(Generator generator, Patch patch, int samples, long seed) throws IOException {
        try (Generator under = Underlay.of(generator, patches.load()).open()) {
            return PasteRun.measured(memory(under), task(under), patch, samples, seed);
        }
    }

    private void paste(Generator generator, Underlay underlay, Path out) throws IOException {
        PasteRun.Task task = task(generator);
        Stream.concat(task.edit().exemplars().stream(), task.goals().stream())
                .flatMap(exemplar -> exemplar.notes().stream())
                .distinct()
                .forEach(console()::note);
        AssociativeMemory memory = memory(generator);
        Recipe recipe = recipe();
        PasteRun run = console().watching(listener -> PasteRun.of(generator, memory, task, fresh, listener));
        StackFindings findings = underlay.with(run.rewrite().patch(), seed());
        WrittenEdit written =
                console().watching(listener -> run.carrying(recipe).write(out, "", listener));
        Facts.Builder report = Facts.builder().putAll(written.facts());
        if (conditions.given() && fresh > 0) {
            ConditionalEffect effect = conditions.measured(
                    generator, memory, run.rewrite().patch(), task.goals(), fresh, seed(), RewriteListener.SILENT);
            report.put("conditional", effect.facts());
            console().say("%s", effect);
        }
        report.putAll(findings.facts());
        if (LayerChoice.isWanted(layers)) {
            String chosen = memory.spec().name();
            report.put(
                    "layerChoice",
                    Facts.builder()
                            .put("layer", chosen)
                            .put("reason", ChosenLayer.reasonFor(chosen))
                            .build());
        }
        report.put("generator", generator.spec()).build().write(out.resolve("report.json"));
        console().say("%s", run.rewrite().report());
        findings.lines().forEach(line -> console().say("%s", line));
        console().say("written to %s: patch.safetensors (%,d bytes), compare.png", out, written.patchBytes());
    }

    private Exemplar placed(Exemplar exemplar, Generator generator) {
        int height = generator.spec().imageHeight();
        int width = generator.spec().imageWidth();
        Exemplar fitting = size == null ? exemplar.resizedTo(height, width) : exemplar.resizedTo(height, width, size);
        if (at.isEmpty()) {
            return fitting;
        }
        Matcher point = POINT.matcher(at);
        if (!point.matches()) {
            throw new WrongUsageException("--at is '" + at + "': give a pixel such as 32,27.");
        }
        return fitting.movedTo(Integer.parseInt(point.group(1)), Integer.parseInt(point.group(2)));
    }

    private AssociativeMemory memory(Generator generator) {
        if (layers.isEmpty() || LayerChoice.isWanted(layers)) {
            return conditions.given()
                    ? OutOfDomainRewrite.conditionalMemoryOf(generator)
                    : OutOfDomainRewrite.memoryOf(generator);
        }
        String[] ends = layers.split("\\.\\.", 2);
        return generator.memory(ends[0], ends[ends.length - 1]);
    }
}
