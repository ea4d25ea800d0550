package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.expansion.ClassHead.Classes;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Rows;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * The obvious other way to many domains in one generator, as a baseline (Nitzan et al. 2023, appendix B): a class says which
 * domain is drawn, 0 the old one. The class moves the latent, w' = w + U leaky(V [w; onehot(c)] + b), by a head that begins with
 * U = 0 and is trained with all weights behind the latent; class 0 is held to the source by replay, class i learns objective i.
 * Nothing keeps classes apart in the latent space. In the paper the class enters in front of the mapping; here behind it, since the
 * mapping is not trained. Optimiser, rates, schedule and averaging are those of {@link DomainExpansion}. Immutable.
 */
public final class ClassConditioning {
    /** Of Adam, for the weights of the head: the way of a class has to grow from nothing. */
    private static final double HEAD_RATE = 0.004;

    private static final int LATENTS = 4096;

    private final List<AdaptationObjective> objectives;
    private final ReplayLoss replay;
    private final AdaptationSchedule settings;

    private ClassConditioning(List<AdaptationObjective> objectives, ReplayLoss replay, AdaptationSchedule settings) {
        this.objectives = List.copyOf(objectives);
        this.replay = replay;
        this.settings = settings;
    }

    /** Classes of these domains, numbered from 1. */
    public static ClassConditioning of(List<? extends AdaptationObjective> domains) {
        Objects.requireNonNull(domains, "domains");
        if (domains.isEmpty() || domains.stream().anyMatch(d -> d.anchors().isPresent())) {
            throw new IllegalArgumentException(
                    "Classes need at least one domain, each of the generator's own samples: few photos have anchors instead.");
        }
        return new ClassConditioning(
                List.copyOf(domains),
                new ReplayLoss(10, 0, Optional.empty()),
                new AdaptationSchedule(4000, 8, 0.006, 0.998, 7));
    }

    /** Steps, and samples of each. */
    public ClassConditioning steps(int count, int batch) {
        return new ClassConditioning(
                objectives,
                replay,
                new AdaptationSchedule(count, batch, settings.rate(), settings.average(), settings.seed()));
    }

    /** Weight of the mean squares that hold class 0 to the source; 10 by default. */
    public ClassConditioning replay(double pixels) {
        return new ClassConditioning(objectives, new ReplayLoss(pixels, 0, Optional.empty()), settings);
    }

    /** Decay of the moving average of the weights, and seed of the samples. */
    public ClassConditioning average(double decay, long seed) {
        return new ClassConditioning(
                objectives,
                replay,
                new AdaptationSchedule(settings.iterations(), settings.batch(), settings.rate(), decay, seed));
    }

    /**
     * Trains.
     *
     * @param generator the source, which is not changed, and must stay open while the result is used
     * @throws io.github.rewrite4j.NotFiniteException when the loss stops being a number
     */
    public ClassConditioned train(Generator generator, ProgressListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(listener, "listener");
        LatentNetwork network = LatentNetwork.of(generator);
        ClassHead head = ClassHead.begin(network.mean().length, objectives.size() + 1, new Random(settings.seed()));
        Training training = new Training(network, head);
        Adam optimiser = new Adam(ExpansionSettings.BETA_1, ExpansionSettings.BETA_2);
        training.weights
                .values()
                .forEach(p -> optimiser.add(p, p.name().startsWith(ClassHead.PREFIX) ? HEAD_RATE : settings.rate(p)));
        MovingAverage average = new MovingAverage(List.copyOf(training.weights.values()), settings.average());
        settings.train(
                Stage.ADAPTING.saying("learning classes"),
                "The training of the classes",
                optimiser,
                average,
                training::step,
                listener);
        List<Parameter> behind = new ArrayList<>(average.averages());
        behind.removeIf(p -> p.name().startsWith(ClassHead.PREFIX));
        return new ClassConditioned(new AdaptedNetwork(network, behind), head.with(average.averages()));
    }

    /** The two passes of a step: class 0 and the classes of the domains, at the same latents. */
    private final class Training {
        private final LatentNetwork network;
        private final ClassHead head;
        private final Map<String, Parameter> source = new HashMap<>();
        private final Map<String, Parameter> weights = new HashMap<>();
        private final float[] latents;

        Training(LatentNetwork network, ClassHead head) {
            this.network = network;
            this.head = head;
            network.parameters().forEach(p -> source.put(p.name(), p));
            network.parameters().forEach(p -> weights.put(p.name(), p));
            head.parameters().forEach(p -> weights.put(p.name(), p));
            this.latents = HostArrays.of(network.latents(network.sampler().sample(LATENTS, settings.seed())));
        }

        private Parameter named(Map<String, Parameter> all, String name) {
            return Objects.requireNonNull(all.get(name), name);
        }

        double step(Tape tape, int n, Random random) {
            int d = network.mean().length;
            float[] at = new float[2 * n * d];
            int[] classes = new int[2 * n];
            int[] drawn = random.ints(n, 1, objectives.size() + 1).sorted().toArray();
            System.arraycopy(drawn, 0, classes, n, n);
            for (int i = 0; i < n; i++) {
                int row = random.nextInt(latents.length / d);
                System.arraycopy(latents, row * d, at, i * d, d);
                System.arraycopy(latents, row * d, at, (n + i) * d, d);
            }
            Node moved = head.moved(
                    tape,
                    tape.constant(at, 2 * n, d),
                    new Classes(classes),
                    name -> tape.parameter(named(weights, name)));
            Node images = network.images(tape, moved, name -> tape.parameter(named(weights, name)), null);
            Node plain = tape.constant(Arrays.copyOf(at, n * d), n, d);
            Node original = network.images(tape, plain, name -> tape.frozen(named(source, name)), null);
            Node base = Rows.slice(images, 0, n);
            List<Node> losses = new ArrayList<>(List.of(replay.between(tape, base, original)));
            List<Float> factors = new ArrayList<>(List.of((float) n / settings.batch()));
            for (int from = 0; from < n; ) {
                int to = from;
                while (to < n && drawn[to] == drawn[from]) {
                    to++;
                }
                AdaptationObjective objective = objectives.get(drawn[from] - 1);
                AdaptationBatch batch = new AdaptationBatch(
                        Rows.slice(plain, from, to),
                        Rows.slice(images, n + from, n + to),
                        tape.detach(Rows.slice(base, from, to)),
                        Rows.slice(original, from, to),
                        List.of(),
                        random);
                Node loss = ExpansionStep.requireLoss(objective, objective.loss(tape, batch));
                losses.add(loss.rank() == 0 ? loss : tape.reshape(loss));
                factors.add((float) (to - from) / settings.batch());
                from = to;
            }
            float[] shares = new float[factors.size()];
            for (int i = 0; i < shares.length; i++) {
                shares[i] = factors.get(i);
            }
            Node total = Arithmetic.weightedSum(shares, losses.toArray(Node[]::new));
            tape.backward(total);
            return total.scalar();
        }
    }
}
