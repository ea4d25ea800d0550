package io.github.rewrite4j.examples;

import io.github.rewrite4j.avatars.BundledDiffusion;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.diffusion.DiffusionAutoencoder;
import io.github.rewrite4j.samediff.generator.diffusion.DiffusionRecipe;
import io.github.rewrite4j.samediff.generator.diffusion.DiffusionTraining;
import io.github.rewrite4j.samediff.generator.diffusion.SamplerTraining;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes the small diffusion autoencoder that comes with the avatars, {@link BundledDiffusion}, in {@code
 * target/rewrite} or the directory given as first argument: {@link DiffusionRecipe#small()}, and then {@link #DRAWN} steps through
 * the sampler, so that z alone draws a face. Three more arguments are the numbers of steps with all noises alike, of refining, and
 * through the sampler. An interrupted training goes on where it was; with "so-far" as last argument what the first part has learnt
 * until then is written.
 */
public final class TrainDiffusionAutoencoder {
    /** Steps through the sampler of the shipped file. */
    public static final int DRAWN = 16;

    private static final long SEED = 5;
    private static final int SIDE = 32;
    private static final int HELD_OUT = 128;

    private TrainDiffusionAutoencoder() {}

    /** Drawn faces of half the size: a new array [to - from, 3, 32, 32] in [-1, 1]. */
    public static INDArray pictures(RealAvatars avatars, int from, int to) {
        float[] large = new float[3 * 4 * SIDE * SIDE];
        float[] small = new float[(to - from) * 3 * SIDE * SIDE];
        for (int n = from; n < to; n++) {
            avatars.copyImage(n, large);
            for (int i = 0; i < 3 * SIDE * SIDE; i++) {
                int corner = i / (SIDE * SIDE) * 4 * SIDE * SIDE + i / SIDE % SIDE * 4 * SIDE + i % SIDE * 2;
                small[(n - from) * 3 * SIDE * SIDE + i] =
                        (large[corner] + large[corner + 1] + large[corner + 2 * SIDE] + large[corner + 2 * SIDE + 1])
                                / 4;
            }
        }
        return Nd4j.create(small, new long[] {to - from, 3, SIDE, SIDE}, 'c');
    }

    /** Trains and writes. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        DiffusionRecipe recipe = DiffusionRecipe.small();
        boolean soFar = args.length > 1 && args[args.length - 1].equals("so-far");
        if (args.length > 2) {
            recipe = recipe.withSteps(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        }
        ComputeThreads.use(ComputeThreads.configured());
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        INDArray pictures = pictures(RealAvatars.load(), 0, RealAvatars.COUNT - HELD_OUT);
        DiffusionTraining training =
                DiffusionTraining.by(recipe).checkpoints(directory.resolve("diffusion-checkpoint"));
        try (DiffusionAutoencoder trained = soFar ? training.soFar(pictures) : training.train(pictures, progress)) {
            if (soFar) {
                saved(trained, directory);
                return;
            }
            int drawn = args.length > 3 ? Integer.parseInt(args[3]) : DRAWN;
            try (DiffusionAutoencoder drawing = SamplerTraining.of(drawn, SEED)
                    .checkpoints(directory.resolve("sampler-checkpoint"))
                    .train(trained, pictures, progress)) {
                progress.done();
                saved(drawing, directory);
            }
        }
    }

    private static void saved(DiffusionAutoencoder generator, Path directory) throws IOException {
        generator.save(directory.resolve(BundledDiffusion.RESOURCE));
        System.out.println(generator + "\n  " + directory.resolve(BundledDiffusion.RESOURCE));
    }
}
