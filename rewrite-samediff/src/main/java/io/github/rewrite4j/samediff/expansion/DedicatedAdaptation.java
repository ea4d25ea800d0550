package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * The usual way to a new domain, for comparison: the whole generator is trained to draw that and nothing else. Nothing is
 * projected and nothing replayed, and the old images are lost. Optimiser, rates, schedule and averaging are those of
 * {@link DomainExpansion}. The seed decides everything. Immutable; methods return changed copies.
 */
public final class DedicatedAdaptation {
    private static final double SMALLEST = 0.05;
    private static final long STEP_STRIDE = 1_000_003;
    private static final int LATENTS = 16384;
    private static final int SHARDS = 2;

    private final AdaptationObjective objective;
    private final Settings settings;

    private record Settings(int iterations, int batch, double rate, double average, long seed) {
        Settings {
            if (iterations < 1 || batch < 1 || !(rate > 0) || !(average >= 0 && average < 1)) {
                throw new IllegalArgumentException("Iterations " + iterations + ", batch " + batch + ", rate " + rate
                        + ", average " + average + ": the first three must be positive, the last 0 to below 1.");
            }
        }
    }

    private DedicatedAdaptation(AdaptationObjective objective, Settings settings) {
        this.objective = objective;
        this.settings = settings;
    }

    /** An adaptation to this domain, by 1,000 steps of 8 samples. */
    public static DedicatedAdaptation to(AdaptationObjective objective) {
        Objects.requireNonNull(objective, "objective");
        return new DedicatedAdaptation(objective, new Settings(1000, 8, 0.006, 0.998, 7));
    }

    /** Steps. */
    public DedicatedAdaptation iterations(int steps) {
        return with(new Settings(steps, settings.batch, settings.rate, settings.average, settings.seed));
    }

    /** Samples per step. */
    public DedicatedAdaptation batch(int samples) {
        return with(new Settings(settings.iterations, samples, settings.rate, settings.average, settings.seed));
    }

    /** Rate of Adam in the first half, relative to the root mean square of each weight. */
    public DedicatedAdaptation learningRate(double rate) {
        return with(new Settings(settings.iterations, settings.batch, rate, settings.average, settings.seed));
    }

    /** Decay of the moving average of the weights. */
    public DedicatedAdaptation average(double decay) {
        return with(new Settings(settings.iterations, settings.batch, settings.rate, decay, settings.seed));
    }

    /** Seed of the samples. */
    public DedicatedAdaptation seed(long number) {
        return with(new Settings(settings.iterations, settings.batch, settings.rate, settings.average, number));
    }

    private DedicatedAdaptation with(Settings other) {
        return new DedicatedAdaptation(objective, other);
    }

    /**
     * Trains.
     *
     * @param generator the source, which is not changed, and must stay open while the result is used
     * @throws io.github.rewrite4j.NotFiniteException when the loss stops being a number
     */
    public AdaptedNetwork train(Generator generator, ProgressListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(listener, "listener");
        LatentNetwork network = LatentNetwork.of(generator);
        Map<String, Parameter> source = byName(network.parameters());
        Map<String, Parameter> weights = byName(network.parameters());
        Adam optimiser = new Adam(ExpansionSettings.BETA_1, ExpansionSettings.BETA_2);
        weights.values().forEach(p -> optimiser.add(p, settings.rate * Math.max(SMALLEST, p.rms())));
        MovingAverage average = new MovingAverage(List.copyOf(weights.values()), settings.average);
        int parts = Math.min(SHARDS, settings.batch);
        Step step = new Step(network, source, weights);
        try (Shards shards =
                new Shards(parts, Math.min(parts, Runtime.getRuntime().availableProcessors()))) {
            TrainingLoop.of(
                            Stage.ADAPTING.saying("adapting to " + objective.name()),
                            new Divergence(
                                    "The adaptation to '" + objective.name() + "'",
                                    settings.iterations,
                                    "Lower the learning rate, now " + settings.rate))
                    .descend(
                            i -> {
                                double loss = shards.run((tape, shard) -> step.run(
                                        tape,
                                        (settings.batch + parts - 1 - shard) / parts,
                                        new Random((settings.seed * STEP_STRIDE + i) * 31 + shard)));
                                double done = (double) i / settings.iterations;
                                optimiser.step(done < 0.5 ? 1 : 2 * (1 - done));
                                average.update(i + 1);
                                return loss;
                            },
                            listener);
        }
        return new AdaptedNetwork(network, average.averages());
    }

    private static Map<String, Parameter> byName(List<Parameter> parameters) {
        Map<String, Parameter> all = new HashMap<>();
        parameters.forEach(p -> all.put(p.name(), p));
        return all;
    }

    private static Parameter named(Map<String, Parameter> all, String name) {
        Parameter found = all.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no weight '" + name + "'.");
        }
        return found;
    }

    /** Samples of the whole latent, or of the anchors, and the loss of their images. */
    private final class Step {
        private final LatentNetwork network;
        private final Map<String, Parameter> source;
        private final Map<String, Parameter> weights;
        private final float[] latents;

        Step(LatentNetwork network, Map<String, Parameter> source, Map<String, Parameter> weights) {
            this.network = network;
            this.source = source;
            this.weights = weights;
            this.latents = objective
                    .anchors()
                    .map(HostArrays::of)
                    .orElseGet(() ->
                            HostArrays.of(network.latents(network.sampler().sample(LATENTS, settings.seed))));
        }

        double run(Tape tape, int n, Random random) {
            int d = network.mean().length;
            int[] rows = random.ints(n, 0, latents.length / d).toArray();
            float[] at = new float[n * d];
            for (int i = 0; i < n; i++) {
                System.arraycopy(latents, rows[i] * d, at, i * d, d);
            }
            Node latent = tape.constant(at, n, d);
            Node images = network.images(tape, latent, name -> tape.parameter(named(weights, name)), null);
            Node original = network.images(tape, latent, name -> tape.frozen(named(source, name)), null);
            List<Integer> numbers = objective.anchors().isPresent()
                    ? Arrays.stream(rows).boxed().toList()
                    : List.of();
            Node loss = ExpansionStep.requireLoss(
                    objective,
                    objective.loss(tape, new AdaptationBatch(latent, images, original, original, numbers, random)));
            Node share = Arithmetic.weightedSum(
                    new float[] {(float) n / settings.batch}, loss.rank() == 0 ? loss : tape.reshape(loss));
            tape.backward(share);
            return share.scalar();
        }
    }
}
