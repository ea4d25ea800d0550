package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Rows;
import io.github.rewrite4j.samediff.tape.StructuralSimilarity;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One step of a projector's training. What it draws depends on the seed and the number of the step alone. */
final class ProjectorStep implements AutoCloseable {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final ProjectorSettings settings;
    private final TapedMemory memory;
    private final SamplePool pool;
    private final ForeignPictures foreign;
    private final ImageShape shape;
    private final StructuralSimilarity similar;
    private final Tape tape = new Tape();
    private final Tape criticTape = new Tape();

    /** Losses of one step before their weights. */
    record Result(
            double feature, double adversarial, double critic, double dissimilarity, double pixels, double total) {
        boolean isFinite() {
            return Double.isFinite(total) && Double.isFinite(critic);
        }
    }

    ProjectorStep(ProjectorSettings settings, TapedMemory memory, SamplePool pool, ImageShape shape) {
        this.settings = settings;
        this.memory = memory;
        this.pool = pool;
        this.shape = shape;
        this.foreign = new ForeignPictures(shape.channels(), shape.height(), shape.width(), settings.pictures());
        this.similar = new StructuralSimilarity(shape.smallerSide(), 2);
    }

    /** The pictures of a step: the generator's own samples first, then foreign ones. */
    private static final class Batch {
        private final int[] samples;
        private final int[] sides;
        private final int own;
        private final float[] images;

        Batch(int[] samples, int[] sides, int own, float[] images) {
            this.samples = samples;
            this.sides = sides;
            this.own = own;
            this.images = images;
        }
    }

    private Batch draw(long step) {
        Random random = new Random(settings.seed() * MIX + step);
        int count = settings.batch();
        int own = count - settings.foreignAt(step);
        int[] samples = new int[count];
        int[] sides = new int[count];
        float[] images = tape.array(count * shape.length());
        for (int i = 0; i < count; i++) {
            samples[i] = random.nextInt(pool.size());
            sides[i] = samples[i];
            float[] image = pool.image(samples[i]);
            if (i >= own) {
                ForeignPictures.Drawn drawn = foreign.draw(image, pool.image(random.nextInt(pool.size())), random);
                image = drawn.pixels();
                if (drawn.ofNoSample() || random.nextDouble() < settings.meanSideShare()) {
                    sides[i] = -1;
                }
            }
            System.arraycopy(image, 0, images, i * shape.length(), shape.length());
        }
        return new Batch(samples, sides, own, images);
    }

    /** Does a step; parameters are not touched when its losses are not finite. */
    Result run(TrainingState state) {
        try {
            return run(state, draw(state.step));
        } finally {
            tape.clear();
            criticTape.clear();
        }
    }

    private Result run(TrainingState state, Batch batch) {
        ProjectorLosses losses = settings.losses();
        ProjectorNetwork network = state.network;
        Standardisation scale = network.standardisation();
        int count = settings.batch();
        Node target = tape.constant(batch.images, count, shape.channels(), shape.height(), shape.width());
        Node values = network.values(shape.forNetwork(tape, batch.images, count, network), tape::parameter);
        Node standard = scale.toStandard(values);
        List<Node> terms = new ArrayList<>();
        List<Float> weights = new ArrayList<>();

        Node known = known(batch, values);
        Node feature = losses.rawFeatureScale()
                ? Losses.l1(Rows.slice(values, 0, batch.own), known)
                : Losses.l1(Rows.slice(standard, 0, batch.own), scale.toStandard(known));
        terms.add(feature);
        weights.add((float) losses.feature());

        double dissimilarity = 0;
        double pixels = 0;
        if (losses.cycle()) {
            Node drawn = memory.decode(tape, new Taped(values, pool.sides(tape, batch.sides)));
            terms.add(losses.cycle(drawn, target, similar));
            weights.add(1f);
            pixels = Losses.l1(tape.detach(drawn), target).scalar();
            dissimilarity = losses.similarity() == 0
                    ? 0
                    : (terms.get(1).scalar() - losses.pixels() * pixels) / losses.similarity();
        }
        double adversarial = 0;
        double weight = settings.adversarialAt(state.step);
        if (weight > 0 && state.critic.isPresent()) {
            Node judged = Losses.squaresTo(state.critic.get().scores(standard, tape::frozen), 1);
            adversarial = judged.scalar();
            terms.add(judged);
            weights.add((float) weight);
        }
        float[] factors = new float[weights.size()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = weights.get(i);
        }
        Node total = Arithmetic.weightedSum(factors, terms.toArray(new Node[0]));
        Optional<Node> criticLoss = state.critic.map(c -> criticLoss(c, standard, scale.toStandard(known)));
        double critic = criticLoss.map(Node::scalar).orElse(0f);
        Result result = new Result(feature.scalar(), adversarial, critic, dissimilarity, pixels, total.scalar());
        if (!result.isFinite()) {
            return result;
        }
        if (criticLoss.isPresent()) {
            criticTape.backward(criticLoss.get());
            criticTape.addGradients();
            state.criticOptimiser.clip(ProjectorSettings.LARGEST_NORM).step(settings.rateAt(state.step));
            state.critic.ifPresent(FeatureDiscriminator::limit);
        }
        tape.backward(total);
        tape.addGradients();
        state.optimiser.clip(ProjectorSettings.LARGEST_NORM).step(settings.rateAt(state.step));
        state.step++;
        state.average.update(state.step);
        return result;
    }

    /** The values of the batch's own samples. */
    private Node known(Batch batch, Node values) {
        int row = values.rowLength();
        float[] known = tape.array(batch.own * row);
        for (int i = 0; i < batch.own; i++) {
            System.arraycopy(pool.value(batch.samples[i]), 0, known, i * row, row);
        }
        int[] size = values.shape();
        size[0] = batch.own;
        return tape.constant(Layout.CHANNELS_LAST, known, size);
    }

    private Node criticLoss(FeatureDiscriminator critic, Node projected, Node known) {
        Node fake = criticTape.constant(projected.layout(), projected.value(), projected.shape());
        Node real = criticTape.constant(known.layout(), known.value(), known.shape());
        return Arithmetic.weightedSum(
                new float[] {1, 1},
                Losses.squaresTo(critic.scores(real, criticTape::parameter), 1),
                Losses.squaresTo(critic.scores(fake, criticTape::parameter), 0));
    }

    @Override
    public void close() {
        tape.close();
        criticTape.close();
    }
}
