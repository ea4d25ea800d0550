package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.ImageFolderSampler;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanRecipe;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanTraining;
import io.github.rewrite4j.samediff.generator.avatar.TrainedStyleGan;
import io.github.rewrite4j.samediff.generator.munit.Munit;
import io.github.rewrite4j.samediff.generator.munit.TranslatorRecipe;
import io.github.rewrite4j.samediff.generator.munit.TranslatorTraining;
import io.github.rewrite4j.samediff.generator.rfr.InpainterRecipe;
import io.github.rewrite4j.samediff.generator.rfr.InpainterTraining;
import io.github.rewrite4j.samediff.generator.rfr.Rfr;
import io.github.rewrite4j.samediff.generator.training.TrainedNetwork;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Trains a small generator on pictures of yours, 32 pixels a side or as the preset says: generator.safetensors,"
                        + " which --generator takes; sheets of pictures on the way; samples.png; report.json. A training that was"
                        + " interrupted goes on where it was when the command is given again.",
        footer = {
            "",
            "Examples:",
            "  rewrite train style --pictures faces --out mine",
            "  rewrite train translator --pictures photos --other drawings --out mine",
            "  rewrite train inpainter --pictures faces --steps 500 --out mine"
        })
final class TrainCommand implements Callable<Integer> {
    private static final int SHOWN = 10;

    /** What can be trained; each a preset. */
    enum Kind {
        style,
        style64,
        translator,
        inpainter
    }

    @Parameters(
            index = "0",
            paramLabel = "style|style64|translator|inpainter",
            description =
                    "A style-based generator of 32 or 64 pixels, a translator between two folders, or an inpainter.")
    private Kind kind = Kind.style;

    @Option(
            names = "--pictures",
            required = true,
            paramLabel = "DIR",
            description = "Folder of PNG pictures to learn from.")
    private Path pictures = Path.of("");

    @Option(names = "--other", paramLabel = "DIR", description = "Pictures of the other domain of a translator.")
    private @Nullable Path other;

    @Option(
            names = "--pairs",
            description =
                    "Pictures of both folders belong together, in the order of their names; without, a translator learns"
                            + " by cycles.")
    private boolean pairs;

    @Option(
            names = "--steps",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Steps (default: by the preset, 3000 to 40000).")
    private @Nullable Integer steps;

    @Option(
            names = "--every",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "100",
            description = "Steps between checkpoints and sheets (default: ${DEFAULT-VALUE}).")
    private int every = 100;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "rewrite-out",
            description = "Directory (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rewrite-out");

    private final Console console;

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if ((kind == Kind.translator) != (other != null) || (pairs && kind != Kind.translator)) {
            throw new WrongUsageException(
                    "--other names the second folder of a translator, which needs one, and --pairs is"
                            + " of translators alone.");
        }
        AtomicFile.requireFolder(out);
        ComputeThreads.use(ComputeThreads.configured());
        long started = System.nanoTime();
        INDArray shown =
                switch (kind) {
                    case style -> style(StyleGanRecipe.small());
                    case style64 -> style(StyleGanRecipe.avatar());
                    case translator -> translator(other == null ? Path.of("") : other);
                    case inpainter -> inpainter();
                };
        Images.writeGrid(shown, SHOWN, out.resolve("samples.png"));
        Facts.Builder report = Facts.builder();
        report.put("trained", kind.name());
        report.put("pictures", pictures.toString());
        report.put("seconds", Map.of("training", (System.nanoTime() - started) / 1e9));
        report.build().write(out.resolve("report.json"));
        console.say("written to %s", file());
        return 0;
    }

    private Path file() {
        return out.resolve("generator.safetensors");
    }

    private Path checkpoint() {
        return out.resolve("checkpoint");
    }

    private TrainingSheets sheets() {
        return new TrainingSheets(out.resolve("sheets"), SHOWN);
    }

    private TrainingPictures read(Path folder, int side) throws IOException {
        TrainingPictures found = TrainingPictures.folder(folder, side, side);
        console.say("%d pictures in %s, as %d x %d pixels", found.count(), folder, side, side);
        return found;
    }

    private INDArray style(StyleGanRecipe preset) throws IOException {
        StyleGanRecipe recipe =
                Optional.ofNullable(steps).map(preset::withSteps).orElse(preset);
        TrainingPictures found = read(pictures, recipe.size());
        StyleGanTraining training = StyleGanTraining.by(recipe)
                .checkpoints(checkpoint())
                .every(every)
                .sheets(sheets());
        try (TrainedStyleGan trained = console.watching(listener -> training.train(found, listener))) {
            trained.save(file());
            trained.discriminator().save(out.resolve("discriminator.safetensors"));
            return trained.generator().generate(trained.generator().sample(4 * SHOWN, 1));
        }
    }

    private INDArray translator(Path second) throws IOException {
        TranslatorRecipe preset = TranslatorRecipe.small();
        TranslatorRecipe recipe =
                Optional.ofNullable(steps).map(preset::withSteps).orElse(preset);
        TrainingPictures a = read(pictures, recipe.size());
        TrainingPictures b = read(second, recipe.size());
        TranslatorTraining training = (pairs ? TranslatorTraining.pairs(recipe) : TranslatorTraining.cycles(recipe))
                .checkpoints(checkpoint())
                .every(every)
                .sheets(sheets());
        TrainedNetwork<Munit> trained = console.watching(listener -> training.train(a, b, listener));
        trained.save(file());
        INDArray first = a.first(SHOWN);
        try (Generator there = trained.network().aToB();
                Generator back = trained.network().bToA()) {
            INDArray others = b.first(SHOWN);
            return Nd4j.concat(
                    0,
                    first,
                    there.generate(Inputs.of("picture", first)),
                    others,
                    back.generate(Inputs.of("picture", others)));
        }
    }

    private INDArray inpainter() throws IOException {
        InpainterRecipe preset = InpainterRecipe.small();
        InpainterRecipe recipe =
                Optional.ofNullable(steps).map(preset::withSteps).orElse(preset);
        TrainingPictures found = read(pictures, recipe.size());
        InpainterTraining training = InpainterTraining.by(recipe)
                .checkpoints(checkpoint())
                .every(every)
                .sheets(sheets());
        TrainedNetwork<Rfr> trained = console.watching(listener -> training.train(found, listener));
        trained.save(file());
        Rfr rfr = trained.network().pictures(ImageFolderSampler.of(pictures, "picture", recipe.size(), recipe.size()));
        try (Generator inpainter = rfr.inpainter()) {
            List<Sample> samples =
                    IntStream.range(0, SHOWN).mapToObj(i -> new Sample(1, i)).toList();
            Inputs inputs = inpainter.sampler().at(samples);
            INDArray known = inputs.get("known");
            INDArray seen = inputs.get("picture").mul(Nd4j.concat(1, known, known, known));
            return Nd4j.concat(0, seen, inpainter.generate(inputs));
        }
    }
}
