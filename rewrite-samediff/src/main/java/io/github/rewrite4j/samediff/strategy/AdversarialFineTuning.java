package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * The baseline that rewriting is compared with: few-shot fine-tuning of a whole generator, with the composites of the edit
 * as the only real pictures, against a discriminator that goes on training (non-saturating logistic loss).
 *
 * <p>Second gradients do not exist in this engine, so R1 has a substitute: gamma / 2 times the mean of
 * ((D(x + h u) - D(x)) / h)^2 over real pictures x and standard Gaussian u, whose expectation is |grad D|^2 up to O(h).
 * Use it with a memory of all layers. Immutable.
 */
public final class AdversarialFineTuning implements RewriteStrategy<ExemplarEdit> {
    private static final int BATCH = 4;
    private static final int GENERATED = 128;
    private static final long GENERATED_SEED = 5;
    private static final double GENERATOR_RATE = 0.005;
    private static final double DISCRIMINATOR_RATE = 1e-3;
    private static final float PENALTY = 10;
    private static final float STEP = 0.01f;

    private final Discriminator discriminator;
    private final int steps;
    private final long seed;

    /**
     * @param discriminator where its training starts; copied
     * @param steps of the generator, and as many of the discriminator
     */
    public AdversarialFineTuning(Discriminator discriminator, int steps, long seed) {
        Objects.requireNonNull(discriminator, "discriminator");
        if (steps < 1) {
            throw new IllegalArgumentException("The number of steps is " + steps + ": it must be at least 1.");
        }
        this.discriminator = discriminator;
        this.steps = steps;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "adversarial-fine-tuning";
    }

    @Override
    public Rewrite rewrite(AssociativeMemory memory, ExemplarEdit edit, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        Stopwatch watch = new Stopwatch();
        if (!edit.exceptions().isEmpty()) {
            throw new RewriteException("Adversarial fine-tuning shows the object on all images and knows no exceptions:"
                    + " use OutOfDomainRewrite, or leave them out.");
        }
        ExemplarSet real = ExemplarSet.of(memory, edit, listener.part(0, 0.1));
        if (!real.picture().equals(discriminator.pictures())) {
            throw new RewriteException("The discriminator takes images of " + discriminator.pictures()
                    + ", but the generator draws " + real.picture() + ".");
        }
        List<Sample> samples = EditPreview.fresh(edit.samples(), GENERATED, GENERATED_SEED);
        ExemplarSet generated =
                ExemplarSet.of(memory, ExemplarEdit.of(edit.exemplars()).shownOn(samples), listener.part(0.1, 0.2));
        watch.lap("contexts");
        List<Parameter> weights = new ArrayList<>();
        memory.weights().forEach((name, weight) -> weights.add(Parameter.of(name, weight)));
        Game game = new Game(TapedMemory.of(memory), real, generated, discriminator.copy(), weights, seed);
        TrainingLoop.Curve curve = game.play(steps, listener.part(0.2, 0.9));
        watch.lap("rewriting");
        ProgressListener measuring = listener.part(0.9, 1);
        measuring.report(Stage.MEASURING, 0, 1);
        Rewrite rewrite = TrainedRewrite.of(this, memory, weights)
                .settings(Map.of("steps", Integer.toString(steps), "seed", Long.toString(seed)))
                .trained(edit, curve, steps, watch);
        measuring.report(Stage.MEASURING, 1, 1);
        List<String> facts = new ArrayList<>(ExemplarFacts.of(edit));
        facts.addAll(List.of("steps=" + steps, "seed=" + seed));
        Patch patch = rewrite.patch();
        Map<String, String> notes = new StrategyRecipe(false, "AdversarialFineTuning", facts, seed)
                .among(patch.notes(), Optional.empty(), memory.spec());
        return new Rewrite(patch.noting(notes), rewrite.report());
    }

    /** Generator and discriminator while they train. */
    private static final class Game {
        private final TapedMemory memory;
        private final ExemplarSet real;
        private final ExemplarSet generated;
        private final Discriminator judge;
        private final List<Parameter> weights;
        private final Random random;

        Game(
                TapedMemory memory,
                ExemplarSet real,
                ExemplarSet generated,
                Discriminator judge,
                List<Parameter> weights,
                long seed) {
            this.memory = memory;
            this.real = real;
            this.generated = generated;
            this.judge = judge;
            this.weights = weights;
            this.random = new Random(seed);
        }

        TrainingLoop.Curve play(int steps, ProgressListener listener) {
            Adam draws = new Adam(0, 0.99);
            weights.forEach(weight -> draws.add(weight, GENERATOR_RATE * weight.rms()));
            Adam judges = new Adam(0, 0.99).add(judge.parameters(), DISCRIMINATOR_RATE);
            Divergence divergence = new Divergence(
                    "The adversarial fine-tuning",
                    steps,
                    "Take fewer steps, or start from a discriminator that knows this generator");
            try (Tape tape = new Tape()) {
                return TrainingLoop.of(Stage.FINE_TUNING, divergence)
                        .descend(
                                step -> {
                                    double loss = divergence.require(generatorStep(tape), (int) step);
                                    draws.step(1);
                                    divergence.require(discriminatorStep(tape), (int) step);
                                    judges.step(1);
                                    return loss;
                                },
                                listener);
            }
        }

        private double generatorStep(Tape tape) {
            Map<String, Node> nodes = new LinkedHashMap<>();
            weights.forEach(weight -> nodes.put(weight.name(), tape.parameter(weight)));
            Node loss = Losses.softplus(judge.frozenLogits(tape, drawn(tape, nodes), BATCH), -1);
            tape.backward(loss);
            tape.addGradients();
            double value = loss.scalar();
            tape.clear();
            return value;
        }

        private Node drawn(Tape tape, Map<String, Node> nodes) {
            Taped keys = generated.keys().batch(tape, draw(generated.size()));
            return memory.decode(tape, memory.values(tape, keys, nodes));
        }

        private double discriminatorStep(Tape tape) {
            Map<String, Node> frozen = new LinkedHashMap<>();
            weights.forEach(weight -> frozen.put(weight.name(), tape.frozen(weight)));
            Node fake = judge.logits(tape, drawn(tape, frozen), BATCH);
            FeatureShape picture = real.picture();
            float[] pictures = tape.array(BATCH * picture.channels() * picture.cells());
            int[] rows = draw(real.size());
            real.composites(rows, real.exemplarsFor(rows, random), pictures);
            float[] moved = tape.array(pictures.length);
            for (int i = 0; i < moved.length; i++) {
                moved[i] = pictures[i] + STEP * (float) random.nextGaussian();
            }
            int[] shape = {BATCH, picture.channels(), picture.height(), picture.width()};
            Node at = judge.logits(tape, tape.constant(pictures, shape), BATCH);
            Node beside = judge.logits(tape, tape.constant(moved, shape), BATCH);
            Node loss = Arithmetic.weightedSum(
                    new float[] {1, 1, PENALTY / 2 / (STEP * STEP)},
                    Losses.softplus(fake, 1),
                    Losses.softplus(at, -1),
                    Losses.squares(beside, at));
            tape.backward(loss);
            tape.addGradients();
            double value = loss.scalar();
            tape.clear();
            return value;
        }

        private int[] draw(int from) {
            int[] drawn = new int[BATCH];
            for (int i = 0; i < BATCH; i++) {
                drawn[i] = random.nextInt(from);
            }
            return drawn;
        }
    }
}
