package io.github.rewrite4j.examples;

import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanRecipe;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanTraining;
import io.github.rewrite4j.samediff.generator.avatar.TrainedStyleGan;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains the generator of the second world, drawn faces of 32x32 pixels, from an atlas that {@code
 * rewrite-examples/corpus/make-pixel-corpus.mjs} renders: {@code TrainStyleGan faces.png directory [steps]}. An interrupted
 * training goes on where it was; with "so-far" as last argument what it has learnt until then is written.
 */
public final class TrainStyleGan {
    /** Name of the generator's file. */
    public static final String FILE = "pixel-stylegan32.safetensors";

    private static final int SIDE = 32;

    private TrainStyleGan() {}

    /** Trains and writes. */
    public static void main(String[] args) throws IOException {
        Pixels atlas = Pixels.read(Files.readAllBytes(Path.of(args[0])), args[0]);
        Path directory = Path.of(args[1]);
        StyleGanRecipe recipe = StyleGanRecipe.small();
        recipe = args.length > 2 ? recipe.withSteps(Integer.parseInt(args[2])) : recipe;
        ComputeThreads.use(ComputeThreads.configured());
        TrainingPictures pictures = TrainingPictures.atlas(atlas, SIDE, atlas.width() / SIDE * (atlas.height() / SIDE));
        StyleGanTraining training = StyleGanTraining.by(recipe)
                .checkpoints(directory.resolve("checkpoint"))
                .sheets(new TrainingSheets(directory.resolve("sheets"), 10));
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        boolean soFar = args.length > 3 && args[3].equals("so-far");
        try (TrainedStyleGan trained = soFar ? training.soFar(pictures) : training.train(pictures, progress)) {
            progress.done();
            trained.save(directory.resolve(FILE));
            trained.discriminator().save(directory.resolve("pixel-discriminator32.safetensors"));
            System.out.println(trained.generator() + "\n  " + directory.resolve(FILE));
        }
    }
}
