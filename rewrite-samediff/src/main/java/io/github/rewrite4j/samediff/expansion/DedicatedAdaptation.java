package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
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
    private static final int LATENTS = 16384;

    private final AdaptationObjective objective;
    private final AdaptationSchedule settings;

    private DedicatedAdaptation(AdaptationObjective objective, AdaptationSchedule settings) {
        this.objective = objective;
        this.settings = settings;
    }

    /** An adaptation to this domain, by 1,000 steps of 8 samples. */
    public static DedicatedAdaptation to(AdaptationObjective objective) {
        Objects.requireNonNull(objective, "objective");
        return new DedicatedAdaptation(objective, new AdaptationSchedule(1000, 8, 0.006, 0.998, 7));
    }

    /** Steps. */
    public DedicatedAdaptation iterations(int steps) {
        return with(
                new AdaptationSchedule(steps, settings.batch(), settings.rate(), settings.average(), settings.seed()));
    }

    /** Samples per step. */
    public DedicatedAdaptation batch(int samples) {
        return with(new AdaptationSchedule(
                settings.iterations(), samples, settings.rate(), settings.average(), settings.seed()));
    }

    /** Rate of Adam in the first half, relative to the root mean square of each weight. */
    public DedicatedAdaptation learningRate(double rate) {
        return with(new AdaptationSchedule(
                settings.iterations(), settings.batch(), rate, settings.average(), settings.seed()));
    }

    /** Decay of the moving average of the weights. */
    public DedicatedAdaptation average(double decay) {
        return with(new AdaptationSchedule(
                settings.iterations(), settings.batch(), settings.rate(), decay, settings.seed()));
    }

    /** Seed of the samples. */
    public DedicatedAdaptation seed(long number) {
        return with(new AdaptationSchedule(
                settings.iterations(), settings.batch(), settings.rate(), settings.average(), number));
    }

    private DedicatedAdaptation with(AdaptationSchedule other) {
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
        weights.values().forEach(p -> optimiser.add(p, settings.rate(p)));
        MovingAverage average = new MovingAverage(List.copyOf(weights.values()), settings.average());
        settings.train(
                Stage.ADAPTING.saying("adapting to " + objective.name()),
                "The adaptation to '" + objective.name() + "'",
                optimiser,
                average,
                new Step(network, source, weights)::run,
                listener);
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
                            HostArrays.of(network.latents(network.sampler().sample(LATENTS, settings.seed()))));
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
                    new float[] {(float) n / settings.batch()}, loss.rank() == 0 ? loss : tape.reshape(loss));
            tape.backward(share);
            return share.scalar();
        }
    }
}
