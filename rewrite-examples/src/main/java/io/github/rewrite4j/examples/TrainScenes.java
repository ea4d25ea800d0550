package io.github.rewrite4j.examples;

import io.github.rewrite4j.examples.scenes.DrawnScene;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanRecipe;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanTraining;
import io.github.rewrite4j.samediff.generator.avatar.TrainedStyleGan;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a generator of small scenes that a program draws: {@code TrainScenes car|room DIRECTORY [STEPS]}. It is narrower than the
 * preset for faces, since scenes vary less. An interrupted training goes on where it was, with more steps too.
 */
public final class TrainScenes {
    private static final int COUNT = 2048;
    private static final int SHOWN = 10;

    /** Steps of the generators that come with the examples. */
    private static final int STEPS = 4500;

    private TrainScenes() {}

    /** Draws, trains and writes. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException("Name a scene, car or room, and the directory to write into.");
        }
        DrawnScene scene = DrawnScene.valueOf(args[0].toUpperCase(Locale.ROOT));
        Path directory = Path.of(args[1]);
        StyleGanRecipe recipe = narrow(args.length > 2 ? Integer.parseInt(args[2]) : STEPS);
        ComputeThreads.use(ComputeThreads.configured());
        TrainingPictures pictures = TrainingPictures.of(drawn(scene, COUNT));
        ContactSheet.titled("Scenes to learn from")
                .row("drawn", pictures.first(SHOWN))
                .build()
                .write(directory.resolve("scenes.png"));
        StyleGanTraining training = StyleGanTraining.by(recipe)
                .checkpoints(directory.resolve("checkpoint"))
                .sheets(new TrainingSheets(directory.resolve("sheets"), SHOWN));
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        try (TrainedStyleGan trained = training.train(pictures, progress)) {
            progress.done();
            trained.save(directory.resolve("scene.safetensors"));
        }
    }

    private static StyleGanRecipe narrow(int steps) {
        StyleGanRecipe preset = StyleGanRecipe.small();
        return new StyleGanRecipe(
                24,
                preset.mapping(),
                List.of(32, 32, 32, 32, 24, 24, 12, 12),
                List.of(8, 16, 32, 48),
                steps,
                preset.batch(),
                preset.rate(),
                preset.penalty(),
                preset.lazy(),
                0.995,
                preset.mirrored(),
                preset.seed());
    }

    private static INDArray drawn(DrawnScene scene, int count) {
        return Nd4j.stack(
                0,
                IntStream.range(0, count)
                        .mapToObj(i -> scene.draw(new Random(31L * i + 7)))
                        .toArray(INDArray[]::new));
    }
}
