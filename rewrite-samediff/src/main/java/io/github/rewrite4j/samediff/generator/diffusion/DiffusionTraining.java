package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a diffusion autoencoder (Preechakul et al. 2022): a picture is mixed with noise at a random time, and the U-Net says
 * what the noise was, knowing z of the clean picture. Loss: mean w_t (noise - U(x_t, t, E(x)))^2, with the weights of
 * {@link DiffusionRecipe#emphasis}. An interrupted training goes on
 * from its checkpoint; the same recipe and pictures give the same bytes on any number of threads.
 */
public final class DiffusionTraining {
    private static final double CLIP = 1;
    private static final int SHARDS = 2;
    private static final int EVERY = 100;

    private final DiffusionRecipe recipe;
    private final Optional<TrainingFile> checkpoints;
    private final int threads;

    private DiffusionTraining(DiffusionRecipe recipe, Optional<TrainingFile> checkpoints, int threads) {
        this.recipe = recipe;
        this.checkpoints = checkpoints;
        this.threads = threads;
    }

    /** A training by a recipe. */
    public static DiffusionTraining by(DiffusionRecipe recipe) {
        Objects.requireNonNull(recipe, "recipe");
        return new DiffusionTraining(
                recipe, Optional.empty(), Math.min(SHARDS, Runtime.getRuntime().availableProcessors()));
    }

    /** Keeps a checkpoint in a folder, from which it goes on. */
    public DiffusionTraining checkpoints(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new DiffusionTraining(recipe, Optional.of(new TrainingFile(folder, "diffusion-checkpoint")), threads);
    }

    /** Threads; two at most work. Results do not depend on it. */
    public DiffusionTraining threads(int count) {
        return new DiffusionTraining(recipe, checkpoints, count);
    }

    /** All that changes. */
    private final class State implements TrainingLoop.Trained {
        private final Map<String, Parameter> weights;
        private final Adam adam = new Adam(0.9, 0.99);
        private final MovingAverage average;
        private final DiffusionNetwork network;
        private final float[] pixels;
        private final Shards shards;
        private double mean;

        State(DiffusionNetwork network, float[] pixels, Shards shards) {
            this.network = network;
            this.pixels = pixels;
            this.shards = shards;
            this.weights = DiffusionWeights.initial(network.weights(), new Random(recipe.seed()));
            adam.add(List.copyOf(weights.values()), recipe.rate());
            this.average = new MovingAverage(List.copyOf(weights.values()), recipe.average());
        }

        @Override
        public Map<String, Parameter> arrays() {
            Map<String, Parameter> all = new LinkedHashMap<>();
            weights.forEach((name, p) -> all.put("weights/" + name, p));
            average.averages().forEach(p -> all.put("average/" + p.name(), p));
            adam.state().forEach((name, p) -> all.put("moments/" + name, p));
            return all;
        }

        @Override
        public void resumeAt(long step) {
            adam.resumeAt(step);
        }

        /** A step; gives a running mean of the loss, which says more than the loss of one time and one noise. */
        @Override
        public double step(long step) {
            double loss = DiffusionTraining.this.step(network, weights, step, pixels, shards);
            adam.clip(CLIP).step(recipe.factor(step));
            average.update(step + 1);
            mean = mean == 0 ? loss : 0.99 * mean + 0.01 * loss;
            return mean;
        }
    }

    /**
     * Trains, from the checkpoint where there is one.
     *
     * @param pictures [N, 3, side, side] in [-1, 1]
     * @return the generator, to be closed by the caller
     * @throws RewriteException when the loss is no longer finite
     */
    public DiffusionAutoencoder train(INDArray pictures, ProgressListener listener) {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        recipe.architecture().requirePictures(pictures);
        float[] pixels = HostArrays.of(pictures);
        SortedMap<String, String> facts = facts(pictures, pixels);
        DiffusionNetwork network = new DiffusionNetwork(recipe.architecture());
        try (Shards shards = new Shards(SHARDS, Math.min(SHARDS, threads))) {
            State state = new State(network, pixels, shards);
            loop(facts).run(state, listener);
            return finished(network, state, pixels);
        } catch (RuntimeException failed) {
            network.close();
            throw failed;
        }
    }

    private TrainingLoop loop(SortedMap<String, String> facts) {
        return new TrainingLoop(
                Stage.of("training a diffusion autoencoder"),
                new Divergence(
                        "The training of the diffusion autoencoder", recipe.allSteps(), "Lower the learning rate"),
                EVERY,
                checkpoints,
                facts);
    }

    /**
     * What an unfinished training has learnt so far, from its checkpoint.
     *
     * @throws IllegalStateException when there is none
     */
    public DiffusionAutoencoder soFar(INDArray pictures) {
        Objects.requireNonNull(pictures, "pictures");
        float[] pixels = HostArrays.of(pictures);
        DiffusionNetwork network = new DiffusionNetwork(recipe.architecture());
        try (Shards shards = new Shards(SHARDS, 1)) {
            State state = new State(network, pixels, shards);
            if (loop(facts(pictures, pixels)).resume(state) == 0) {
                throw new IllegalStateException("There is no checkpoint of this training.");
            }
            return finished(network, state, pixels);
        } catch (RuntimeException failed) {
            network.close();
            throw failed;
        }
    }

    private SortedMap<String, String> facts(INDArray pictures, float[] pixels) {
        TreeMap<String, String> facts = recipe.facts();
        facts.put("pictures", identity(pictures, pixels));
        return facts;
    }

    /** Says which pictures these are, for checkpoints. */
    static String identity(INDArray pictures, float[] pixels) {
        return pictures.size(0) + ", " + Integer.toHexString(Arrays.hashCode(pixels));
    }

    private double step(
            DiffusionNetwork network, Map<String, Parameter> parameters, long step, float[] pixels, Shards shards) {
        int side = recipe.architecture().imageSize();
        int row = 3 * side * side;
        return shards.run((tape, shard) -> {
            int n = (recipe.batch() + SHARDS - 1 - shard) / SHARDS;
            if (n == 0) {
                return 0;
            }
            Random random = new Random((recipe.seed() * 1_000_003 + step) * 31 + shard);
            float[] clean = new float[n * row];
            float[] noise = new float[n * row];
            float[] mixed = new float[n * row];
            float[] counted = new float[n * row];
            int[] times = new int[n];
            for (int i = 0; i < n; i++) {
                int chosen = random.nextInt(pixels.length / row);
                times[i] = random.nextInt(recipe.architecture().times());
                double kept = network.schedule().kept(times[i]);
                float a = (float) Math.sqrt(kept);
                float b = (float) Math.sqrt(1 - kept);
                Arrays.fill(
                        counted, i * row, (i + 1) * row, (float) (recipe.weight(step, kept) / recipe.batch() / row));
                for (int j = 0; j < row; j++) {
                    int at = i * row + j;
                    clean[at] = pixels[chosen * row + j];
                    noise[at] = (float) random.nextGaussian();
                    mixed[at] = a * clean[at] + b * noise[at];
                }
            }
            Function<String, Node> weights = name -> tape.parameter(parameter(parameters, name));
            Node z = network.encode(tape, tape.constant(clean, n, 3, side, side), weights);
            Node said = network.noise(tape, tape.constant(mixed, n, 3, side, side), times, z, weights);
            Node loss = Losses.weightedSquares(said, tape.constant(noise, n, 3, side, side), counted);
            tape.backward(loss);
            return loss.scalar();
        });
    }

    static Parameter parameter(Map<String, Parameter> all, String name) {
        Parameter found = all.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no weight '" + name + "'.");
        }
        return found;
    }

    private DiffusionAutoencoder finished(DiffusionNetwork network, State state, float[] pixels) {
        Map<String, Parameter> averaged = new LinkedHashMap<>();
        state.average.averages().forEach(p -> averaged.put(p.name(), p));
        int side = recipe.architecture().imageSize();
        DiffusionWeights weights = new DiffusionWeights(
                recipe.architecture(),
                averaged,
                Noise.of(3 * side * side),
                LatentCloud.standard(recipe.architecture().style()));
        LatentCloud cloud = LatentCloud.of(vectors(network, weights, pixels));
        float[] noise = FixedNoise.mean(network, weights, pixels);
        return DiffusionAutoencoder.of(network, new DiffusionWeights(weights.architecture(), averaged, noise, cloud));
    }

    static double[][] vectors(DiffusionNetwork network, DiffusionWeights weights, float[] pixels) {
        int side = weights.architecture().imageSize();
        int row = 3 * side * side;
        double[][] all = new double[pixels.length / row][];
        try (Tape tape = new Tape()) {
            for (int i = 0; i < all.length; i++) {
                Node image = tape.constant(Arrays.copyOfRange(pixels, i * row, (i + 1) * row), 1, 3, side, side);
                Node z = network.encode(tape, image, name -> tape.frozen(parameter(weights.parameters(), name)));
                all[i] = new double[z.length()];
                for (int j = 0; j < z.length(); j++) {
                    all[i][j] = z.value()[j];
                }
                tape.clear();
            }
        }
        return all;
    }
}
