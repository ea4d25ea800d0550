package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.projector.CurvePoint;
import io.github.rewrite4j.samediff.projector.ProjectorArchitecture;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.projector.Reconstruction;
import io.github.rewrite4j.samediff.projector.TrainedProjector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "train-projector",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains a backward projector, from pictures to the values of a layer: projector.safetensors,"
                + " curve.csv, reconstructions.png, report.json. An interrupted training goes on with --resume.",
        footer = {"", "Example:", "  rewrite train-projector --layer layer6 --iterations 1500 --out projector"})
final class TrainProjectorCommand extends GeneratorCommand {
    private static final int SHOWN = 10;

    @Option(names = "--layer", paramLabel = "NAME", required = true, description = "Name of the layer.")
    private String layer = "";

    @Option(names = "--faithful", description = "The published losses and data: slower, and draws less well here.")
    private boolean faithful;

    @Option(
            names = "--iterations",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Steps (default: 3000, with --faithful 5000).")
    private @Nullable Integer iterations;

    @Option(
            names = "--batch",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Images a step (default: 4, with --faithful 8).")
    private @Nullable Integer batch;

    @Option(names = "--rate", paramLabel = "R", description = "Learning rate (default: 8e-4, with --faithful 2e-4).")
    private @Nullable Double rate;

    @Option(
            names = "--foreign-share",
            paramLabel = "S",
            description = "Share of pictures that no sample gives (default: 0.5, with --faithful 0).")
    private @Nullable Double foreignShare;

    @Option(
            names = "--architecture",
            paramLabel = "tiny|base|large",
            description = "Size of the network (default: by the size of the images).")
    private @Nullable String architecture;

    @Option(
            names = "--pool",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Samples kept in memory (default: as fit in 256 MB).")
    private @Nullable Integer pool;

    @Option(names = "--picture", paramLabel = "I.png", description = "A picture to train on as well; repeatable.")
    private List<Path> pictures = new ArrayList<>();

    @Option(names = "--resume", description = "Go on from the checkpoint in the output directory.")
    private boolean resume;

    TrainProjectorCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        long started = System.nanoTime();
        AssociativeMemory memory = generator.memory(layer);
        ProjectorTraining training = training(generator).checkpoints(out.resolve("checkpoint"));
        TrainedProjector trained = console()
                .watching(listener -> resume ? training.resume(memory, listener) : training.train(memory, listener));
        double seconds = (System.nanoTime() - started) / 1e9;
        TrainedProjector projector = trained.noting("seconds", String.format(Locale.ROOT, "%.0f", seconds));
        Inputs inputs = generator.sample(SHOWN, seed() + 1);
        INDArray images = generator.generate(inputs);
        INDArray again = Reconstruction.through(projector, memory).ofSamples(images, inputs);

        Path file = out.resolve("projector.safetensors");
        projector.save(file);
        byte[] curve = CurvePoint.csv(projector.curve()).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(out.resolve("curve.csv"), stream -> stream.write(curve));
        ContactSheet.titled("Projected to " + layer + " and drawn again")
                .row("samples", images)
                .row("drawn again", again)
                .build()
                .write(out.resolve("reconstructions.png"));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("layer", layer);
        report.put("recipe", projector.spec().recipe());
        report.put("curve", projector.curve());
        report.put("seconds", Map.of("training", seconds));
        report.build().write(out.resolve("report.json"));
        console().say("%s", projector.curve().get(projector.curve().size() - 1));
        console().say("written to %s", file);
    }

    private ProjectorTraining training(Generator generator) throws IOException {
        ProjectorTraining training = faithful ? ProjectorTraining.faithful() : ProjectorTraining.defaults();
        training = training.seed(seed());
        if (iterations != null) {
            training = training.iterations(iterations);
        }
        if (batch != null) {
            training = training.batch(batch);
        }
        if (rate != null) {
            training = training.learningRate(rate);
        }
        if (foreignShare != null) {
            training = training.foreignShare(foreignShare);
        }
        if (architecture != null) {
            training = training.architecture(ProjectorArchitecture.named(architecture));
        }
        if (pool != null) {
            training = training.pool(pool);
        }
        if (!pictures.isEmpty()) {
            List<INDArray> read = new ArrayList<>();
            for (Path picture : pictures) {
                read.add(UserPicture.read(picture, generator.spec(), console()::note));
            }
            training = training.pictures(Nd4j.concat(0, read.toArray(new INDArray[0])));
        }
        return training;
    }
}
