package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.examples.ForeignPictures;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.ablation.ProjectorAblation;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "projector",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "After Table 1 of the Re-Generator paper: which of a projector's losses do what. Writes table.md,"
                + " table.csv (which grows with each run), pictures.png, features.png,"
                + " report.json.",
        footer = {
            "",
            "Examples:",
            "  rewrite ablation projector --quick --out ablation",
            "  rewrite ablation projector --quick --carry --iterations 240 --out ablation",
            "  rewrite ablation projector --seeds 3 --iterations 1000 --out ablation   (hours)",
            "  rewrite ablation projector --quick --faithful --seeds 3 --iterations 240 --out ablation"
        })
final class ProjectorAblationCommand extends GeneratorCommand {
    private static final int SEEDS = 3;
    private static final int ITERATIONS = 1000;
    private static final int QUICK_ITERATIONS = 60;
    private static final int QUICK_BATCH = 2;
    private static final int QUICK_POOL = 128;
    private static final int HELD_OUT = 64;
    private static final int FOREIGN = 40;
    private static final int SEEN = 3;
    private static final int CARRIED_STEPS = 240;

    @Option(names = "--quick", description = "One seed and few steps of few samples: under 5 minutes, orders only.")
    private boolean quick;

    @Option(
            names = "--layer",
            paramLabel = "NAME",
            defaultValue = BundledProjector.LAYER,
            description = "Name of the layer (default: ${DEFAULT-VALUE}).")
    private String layer = BundledProjector.LAYER;

    @Option(
            names = "--seeds",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Number of seeds, from --seed on (default: " + SEEDS + ", with --quick 1).")
    private @Nullable Integer seeds;

    @Option(
            names = "--iterations",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Steps of each row (default: " + ITERATIONS + ", with --quick " + QUICK_ITERATIONS + ").")
    private @Nullable Integer iterations;

    @Option(names = "--faithful", description = "The three rows of the paper's table alone.")
    private boolean faithful;

    @Option(
            names = "--carry",
            description =
                    "Carry each projector through to an edit: sunglasses from three pictures, taught by its features.")
    private boolean carry;

    @Option(
            names = "--picture",
            paramLabel = "I.png",
            description = "A foreign picture to measure on; repeatable (default: the bundled accessories).")
    private List<Path> pictures = new ArrayList<>();

    ProjectorAblationCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        long started = System.nanoTime();
        AssociativeMemory memory = generator.memory(layer);
        PerceptualDistance distance = PerceptualDistance.unweighted(BundledNetworks.evaluation());
        INDArray foreign = foreign(generator);
        int steps = Optional.ofNullable(iterations).orElse(quick ? QUICK_ITERATIONS : ITERATIONS);
        int count = Optional.ofNullable(seeds).orElse(quick ? 1 : SEEDS);
        ProjectorTraining training = ProjectorTraining.defaults();
        if (quick) {
            training = training.batch(QUICK_BATCH).pool(QUICK_POOL).standardisedOn(QUICK_POOL);
        }
        ProjectorAblation ablation = new ProjectorAblation(
                        training.evaluation(32, Math.max(1, steps / 4)),
                        steps,
                        distance,
                        distance.name(),
                        HELD_OUT,
                        seed() + 1000)
                .onEachRun(table -> keep(table, out));
        if (faithful) {
            ablation = ablation.faithful();
        }
        if (carry) {
            ablation = ablation.carriedThrough(projector -> success(memory, projector));
        }
        ProjectorAblation rows = ablation;
        List<Long> list = LongStream.range(seed(), seed() + count).boxed().toList();
        ProjectorAblation.Result result = console().watching(listener -> rows.run(memory, foreign, list, listener));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("layer", layer);
        report.put("seeds", list);
        report.put("foreignPictures", foreign.size(0));
        report.put("means", result.table().facts());
        report.put("notes", result.table().notes());
        report.put("seconds", Map.of("ablation", (System.nanoTime() - started) / 1e9));
        write(out.resolve("table.md"), result.table().markdown());
        write(out.resolve("table.csv"), result.table().csv());
        result.sheet().write(out.resolve("pictures.png"));
        result.features().write(out.resolve("features.png"));
        report.build().write(out.resolve("report.json"));
        console().lines(result.table().markdown());
        console().say("written to %s", out);
    }

    /** How far sunglasses come by the published loss on projected features, on samples and pictures that no edit saw. */
    private static double success(AssociativeMemory memory, BackwardProjector projector) {
        try {
            List<Exemplar> all = Accessories.bundled().named("sunglasses");
            ExemplarEdit edit = new ExemplarEdit(
                    all.subList(0, SEEN), Sample.range(Sample.DEFAULT_SEED, 0, ExemplarEdit.DEFAULT_CONTEXTS));
            Rewrite rewrite = OutOfDomainRewrite.faithful(projector)
                    .steps(CARRIED_STEPS)
                    .rate(0.05)
                    .evaluatedOn(List.of(), 0, 2)
                    .rewrite(memory, edit);
            return ExemplarPreview.of(
                            memory, rewrite.patch(), all.subList(SEEN, 2 * SEEN), Sample.range(2, 0, HELD_OUT))
                    .metrics()
                    .success();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private INDArray foreign(Generator generator) throws IOException {
        if (pictures.isEmpty()) {
            return ForeignPictures.accessories(FOREIGN);
        }
        List<INDArray> read = new ArrayList<>();
        for (Path picture : pictures) {
            read.add(UserPicture.read(picture, generator.spec(), console()::note));
        }
        return Nd4j.concat(0, read.toArray(new INDArray[0]));
    }

    private static void keep(ScoreTable table, Path out) {
        try {
            write(out.resolve("table.csv"), table.csv());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
