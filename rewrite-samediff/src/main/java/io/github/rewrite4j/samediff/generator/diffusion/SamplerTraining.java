package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Rows;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Teaches a trained diffusion autoencoder to draw pictures from z alone. {@link DiffusionTraining} asks for the noise in mixtures,
 * and a short one leaves much of a picture to x_T. Here pictures x are drawn through all steps of the sampler from the fixed x_T, ten and
 * five steps in turn, and both networks and x_T go down the gradient of mean |G(E(x), x_T) - x|, plus the loss in the noise as before,
 * which keeps the way back. A step costs as much as 10 of that training. Immutable.
 */
public final class SamplerTraining {
    private static final int BATCH = 8;
    private static final double RATE = 5e-4;
    private static final double NOISE_RATE = 0.02;
    private static final double AVERAGE = 0.99;
    private static final double CLIP = 1;
    private static final int SHARDS = 2;
    private static final int EVERY = 20;
    private static final String NOISE = "x_T";

    private final int steps;
    private final long seed;
    private final Optional<TrainingFile> checkpoints;

    private SamplerTraining(int steps, long seed, Optional<TrainingFile> checkpoints) {
        this.steps = steps;
        this.seed = seed;
        this.checkpoints = checkpoints;
    }

    /**
     * A training.
     *
     * @param steps of Adam; its rate falls to nothing along a line
     * @param seed of pictures, times and noises
     */
    public static SamplerTraining of(int steps, long seed) {
        if (steps < 1) {
            throw new IllegalArgumentException("The number of steps is " + steps + ": it must be at least 1.");
        }
        return new SamplerTraining(steps, seed, Optional.empty());
    }

    /** Keeps a checkpoint in a folder, from which it goes on. */
    public SamplerTraining checkpoints(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new SamplerTraining(steps, seed, Optional.of(new TrainingFile(folder, "sampler-checkpoint")));
    }

    /**
     * Trains, from the checkpoint where there is one.
     *
     * @param trained what it begins with; not changed
     * @param pictures [N, 3, side, side] in [-1, 1], those that it was trained on
     * @return the generator, to be closed by the caller
     * @throws io.github.rewrite4j.NotFiniteException when the loss is no longer finite
     */
    public DiffusionAutoencoder train(DiffusionAutoencoder trained, INDArray pictures, ProgressListener listener) {
        Objects.requireNonNull(trained, "trained");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        DiffusionArchitecture architecture = trained.architecture();
        architecture.requirePictures(pictures);
        DiffusionNetwork network = new DiffusionNetwork(architecture);
        try (Shards shards =
                new Shards(SHARDS, Math.min(SHARDS, Runtime.getRuntime().availableProcessors()))) {
            float[] pixels = HostArrays.of(pictures);
            State state = new State(network, trained.weights(), pixels, shards);
            TreeMap<String, String> facts = new TreeMap<>(Map.of(
                    "pictures",
                    DiffusionTraining.identity(pictures, pixels),
                    "steps",
                    Integer.toString(steps),
                    "seed",
                    Long.toString(seed),
                    "from",
                    trained.spec().fingerprint()));
            Divergence divergence = new Divergence(
                    "The training through the sampler", steps, "Begin with a generator whose training ended well");
            new TrainingLoop(Stage.of("training through the sampler"), divergence, EVERY, checkpoints, facts)
                    .run(state, listener);
            return state.finished();
        } catch (RuntimeException failed) {
            network.close();
            throw failed;
        }
    }

    /** All that changes. */
    private final class State implements TrainingLoop.Trained {
        private final DiffusionNetwork network;
        private final DiffusionArchitecture architecture;
        private final float[] pixels;
        private final Shards shards;
        private final Map<String, Parameter> weights = new LinkedHashMap<>();
        private final Parameter noise;
        private final Adam adam = new Adam(0.9, 0.99);
        private final MovingAverage average;
        private final List<NoiseSchedule> samplers;
        private double mean;

        State(DiffusionNetwork network, DiffusionWeights start, float[] pixels, Shards shards) {
            this.network = network;
            this.architecture = start.architecture();
            this.pixels = pixels;
            this.shards = shards;
            start.parameters()
                    .forEach((name, p) ->
                            weights.put(name, new Parameter(name, p.value().clone(), p.shape())));
            int side = architecture.imageSize();
            this.noise = new Parameter(NOISE, FixedNoise.mean(network, start, pixels), 1, 3, side, side);
            adam.add(List.copyOf(weights.values()), RATE).add(noise, NOISE_RATE);
            List<Parameter> followed = new ArrayList<>(weights.values());
            followed.add(noise);
            this.average = new MovingAverage(followed, AVERAGE);
            this.samplers = List.of(
                    network.schedule().respaced(DiffusionAutoencoder.STEPS),
                    network.schedule().respaced(DiffusionAutoencoder.STEPS / 2));
        }

        @Override
        public Map<String, Parameter> arrays() {
            Map<String, Parameter> all = TrainingLoop.under("weights/", weights.values());
            all.put(NOISE, noise);
            all.putAll(TrainingLoop.under("average/", average.averages()));
            all.putAll(TrainingLoop.under("moments/", adam.state().values()));
            return all;
        }

        @Override
        public void resumeAt(long step) {
            adam.resumeAt(step);
        }

        @Override
        public double step(long step) {
            double loss = shards.run((tape, shard) -> shard(tape, step, shard));
            adam.clip(CLIP).step(1 - (double) step / steps);
            average.update(step + 1);
            mean = mean == 0 ? loss : 0.95 * mean + 0.05 * loss;
            return mean;
        }

        private double shard(Tape tape, long step, int shard) {
            int n = BATCH / SHARDS;
            int side = architecture.imageSize();
            int row = 3 * side * side;
            Random random = new Random((seed * 1_000_003 + step) * 31 + shard);
            float[] clean = new float[n * row];
            float[] added = new float[n * row];
            float[] mixed = new float[n * row];
            int[] times = new int[n];
            for (int i = 0; i < n; i++) {
                int chosen = random.nextInt(pixels.length / row);
                times[i] = random.nextInt(architecture.times());
                double kept = network.schedule().kept(times[i]);
                for (int j = i * row; j < (i + 1) * row; j++) {
                    clean[j] = pixels[chosen * row + j - i * row];
                    added[j] = (float) random.nextGaussian();
                    mixed[j] = (float) (Math.sqrt(kept) * clean[j] + Math.sqrt(1 - kept) * added[j]);
                }
            }
            Function<String, Node> trained = name -> tape.parameter(DiffusionTraining.parameter(weights, name));
            Node pictures = tape.constant(clean, n, 3, side, side);
            Node z = network.encode(tape, pictures, trained);
            NoiseSchedule sampler = samplers.get((int) (step % samplers.size()));
            Node drawn = network.draw(tape, Rows.repeat(tape.parameter(noise), n), sampler, z, trained);
            Node said = network.noise(tape, tape.constant(mixed, n, 3, side, side), times, z, trained);
            Node loss = Arithmetic.weightedSum(
                    new float[] {1f / SHARDS, 1f / SHARDS},
                    Losses.l1(drawn, pictures),
                    Losses.squares(said, tape.constant(added, n, 3, side, side)));
            tape.backward(loss);
            return loss.scalar();
        }

        DiffusionAutoencoder finished() {
            Map<String, Parameter> averaged = new LinkedHashMap<>();
            average.averages().forEach(p -> averaged.put(p.name(), p));
            float[] start =
                    Objects.requireNonNull(averaged.remove(NOISE), NOISE).value();
            DiffusionWeights learnt =
                    new DiffusionWeights(architecture, averaged, start, LatentCloud.standard(architecture.style()));
            LatentCloud cloud = LatentCloud.of(DiffusionTraining.vectors(network, learnt, pixels));
            return DiffusionAutoencoder.of(network, new DiffusionWeights(architecture, averaged, start, cloud));
        }
    }
}
