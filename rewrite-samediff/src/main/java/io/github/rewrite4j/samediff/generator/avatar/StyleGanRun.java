package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.GradientPenalty;
import io.github.rewrite4j.samediff.perception.StridedDiscriminator;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Generator and discriminator while they train. */
final class StyleGanRun implements TrainingLoop.Trained, AutoCloseable {
    static final int SHARDS = 2;

    private static final int GROUP = 4;
    private static final int SHOWN = 40;
    private static final int MEANT = 4096;
    private static final float SLOPE = 0.2f;
    private static final float GAIN = (float) Math.sqrt(2);

    private final StyleGanRecipe recipe;
    private final TrainingPictures pictures;
    private final Shards shards;
    private final Optional<TrainingSheets> sheets;
    private final StyleGanWeights weights;
    private final StridedDiscriminator judge;
    private final GradientPenalty penalty;
    private final Adam draws = new Adam(0, 0.99);
    private final Adam judges = new Adam(0, 0.99);
    private final Generator form;
    private final LatentNetwork network;
    private MovingAverage average;

    StyleGanRun(
            StyleGanRecipe recipe,
            TrainingPictures pictures,
            Shards shards,
            Optional<TrainingSheets> sheets,
            @Nullable StridedDiscriminator judge) {
        this.recipe = recipe;
        this.pictures = pictures;
        this.shards = shards;
        this.sheets = sheets;
        Random random = new Random(recipe.seed());
        this.weights = StyleGanWeights.initial(recipe, random);
        this.judge = judge == null ? StridedDiscriminator.initial(recipe.judge(), random) : judge.copy();
        if (this.judge.pictures().height() != recipe.size()) {
            throw new IllegalArgumentException("The discriminator takes pictures of "
                    + this.judge.pictures().height() + " pixels, but the recipe is for " + recipe.size() + ".");
        }
        this.penalty = new GradientPenalty(this.judge, recipe.penalty() * recipe.lazy());
        weights.parameters().forEach(p -> draws.add(p, recipe.rate() * weights.scale(p)));
        this.judge.parameters().forEach(p -> judges.add(p, recipe.rate() / scale(p)));
        this.average = new MovingAverage(weights.parameters(), recipe.average());
        this.form = StyleGanWeights.generator(weights.file(weights.parameters(), new float[recipe.latent()]));
        this.network = LatentNetwork.of(form);
    }

    /** Root of the numbers that an output of the discriminator sums: Adam's steps are as large as on equalised weights. */
    private static double scale(Parameter p) {
        int each = p.value().length / p.shape()[0];
        return p.shape().length == 1 ? 1 : Math.sqrt(each);
    }

    void startAt(SafeTensors tensors) throws IOException {
        weights.fill(tensors);
        average = new MovingAverage(weights.parameters(), recipe.average());
    }

    @Override
    public Map<String, Parameter> arrays() {
        Map<String, Parameter> all = new HashMap<>(TrainingLoop.under("generator/", weights.parameters()));
        all.putAll(TrainingLoop.under("average/", average.averages()));
        all.putAll(TrainingLoop.under("discriminator/", judge.parameters()));
        draws.state().forEach((name, p) -> all.put("generator-moments/" + name, p));
        judges.state().forEach((name, p) -> all.put("discriminator-moments/" + name, p));
        return all;
    }

    @Override
    public void resumeAt(long step) {
        draws.resumeAt(step);
        judges.resumeAt(step);
    }

    /** The generator first; the discriminator then sees what it drew. */
    @Override
    public double step(long step) {
        float[][] fakes = new float[SHARDS][];
        double drawn = shards.run((tape, shard) -> drawStep(tape, random(step, shard, 1), fakes, shard));
        draws.step(1);
        double judged = shards.run((tape, shard) -> judgeStep(tape, random(step, shard, 0), step, fakes[shard]));
        judges.step(1);
        average.update(step + 1);
        return judged + drawn;
    }

    private Random random(long step, int shard, int turn) {
        return new Random(((recipe.seed() * 1_000_003 + step) * 31 + shard) * 31 + turn);
    }

    private int part() {
        return recipe.batch() / SHARDS;
    }

    private double judgeStep(Tape tape, Random random, long step, float[] drawn) {
        int[] shape = {part(), 3, recipe.size(), recipe.size()};
        float[] real = pictures.draw(part(), recipe.mirrored(), random);
        double penalised = 0;
        Node slope = null;
        if (step % recipe.lazy() == 0 && recipe.penalty() > 0) {
            GradientPenalty.Penalty found = penalty.of(tape, real, shape, GROUP, 1.0 / SHARDS);
            slope = found.loss();
            penalised = found.value() / recipe.lazy();
        }
        Node fake = judge.logits(tape, tape.constant(drawn, shape), GROUP);
        Node at = judge.logits(tape, tape.constant(real, shape), GROUP);
        Node loss = Arithmetic.weightedSum(
                new float[] {1f / SHARDS, 1f / SHARDS}, Losses.softplus(fake, 1), Losses.softplus(at, -1));
        double value = loss.scalar();
        tape.backward(slope == null ? loss : Arithmetic.add(loss, slope));
        return value + penalised;
    }

    private double drawStep(Tape tape, Random random, float[][] fakes, int shard) {
        Node images = images(tape, random);
        fakes[shard] = Arrays.copyOf(Layout.CHANNELS_FIRST.of(images).value(), images.length());
        Node fake = judge.frozenLogits(tape, images, GROUP);
        Node loss = Arithmetic.weightedSum(new float[] {1f / SHARDS}, Losses.softplus(fake, -1));
        tape.backward(loss);
        return loss.scalar();
    }

    private Node images(Tape tape, Random random) {
        float[] z = new float[part() * recipe.latent()];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) random.nextGaussian();
        }
        Node w = mapped(tape.constant(z, part(), recipe.latent()), name -> tape.parameter(weights.get(name)));
        return network.images(tape, w, name -> tape.parameter(weights.inForm(name)), null);
    }

    private Node mapped(Node z, Function<String, Node> use) {
        Node x = Dense.normalise(z);
        Node none = z.tape().constant(z.tape().zeros(recipe.latent()), recipe.latent());
        for (int k = 0; k < weights.mapping(); k++) {
            Node y = Dense.linear(x, use.apply("mapping." + k + ".weight"), none);
            x = Channels.biasedLeakyRelu(y, use.apply("mapping." + k + ".bias"), SLOPE, GAIN);
        }
        return x;
    }

    /** Mean of w over draws of a fixed seed, of the averaged mapping. */
    private float[] mean() {
        Map<String, Parameter> averaged = TrainingLoop.under("", average.averages());
        Random random = new Random(recipe.seed());
        float[] z = new float[MEANT * recipe.latent()];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) random.nextGaussian();
        }
        double[] sum = new double[recipe.latent()];
        try (Tape tape = new Tape()) {
            Node w = mapped(
                    tape.constant(z, MEANT, recipe.latent()),
                    name -> tape.frozen(Objects.requireNonNull(averaged.get(name))));
            for (int i = 0; i < w.length(); i++) {
                sum[i % sum.length] += w.value()[i];
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / MEANT);
        }
        return mean;
    }

    TrainedStyleGan finished() {
        return new TrainedStyleGan(weights.file(average.averages(), mean()), judge.copy());
    }

    @Override
    public void rest(long step) {
        if (sheets.isEmpty()) {
            return;
        }
        try (TrainedStyleGan now = finished();
                INDArray drawn = now.generator().generate(now.generator().sample(SHOWN, 1))) {
            sheets.get().write(step, drawn);
        }
    }

    @Override
    public void close() {
        form.close();
    }
}
