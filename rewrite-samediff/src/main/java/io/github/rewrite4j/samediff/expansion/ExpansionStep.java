package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Rows;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One step of an expansion: which samples, their losses and gradients. */
final class ExpansionStep implements AutoCloseable {
    private static final long STEP_STRIDE = 1_000_003;
    private static final float PENALTY = 10;
    private static final float PENALTY_STEP = 0.01f;

    private final LatentNetwork network;
    private final ExpansionPlan plan;
    private final ExpansionSettings settings;
    private final Map<String, Parameter> source = new HashMap<>();
    private final float[] latents;
    private final List<float[]> anchors = new ArrayList<>();
    private final float @Nullable [] real;
    private final Shards shards;

    /** Losses of a step. */
    static final class Result {
        double replay;
        double adversarial;
        final double[] sums;
        final int[] counts;

        Result(int domains) {
            sums = new double[domains];
            counts = new int[domains];
        }

        boolean finite() {
            return Double.isFinite(replay + adversarial) && Arrays.stream(sums).allMatch(Double::isFinite);
        }

        /** Mean loss of the domains, for progress. */
        double total() {
            return Arrays.stream(sums).sum() / Math.max(1, Arrays.stream(counts).sum()) + replay;
        }
    }

    ExpansionStep(LatentNetwork network, ExpansionPlan plan, ExpansionSettings settings) {
        this.network = network;
        this.plan = plan;
        this.settings = settings;
        network.parameters().forEach(p -> source.put(p.name(), p));
        this.latents = HostArrays.of(network.latents(network.sampler().sample(settings.latents(), settings.seed())));
        for (AdaptationObjective objective : plan.objectives()) {
            anchors.add(objective.anchors().map(HostArrays::of).orElse(new float[0]));
        }
        this.real = settings.adversarial() ? HostArrays.of(settings.realImages().orElseThrow()) : null;
        this.shards = new Shards(settings.shards(), Math.min(settings.shards(), settings.threads()));
    }

    /** Adds up the gradients of a step and returns its losses. */
    Result run(ExpansionState state) {
        Result[] parts = new Result[shards.count()];
        shards.run((tape, shard) -> {
            Random random = new Random((settings.seed() * STEP_STRIDE + state.step) * 31 + shard);
            Result result = new Result(plan.objectives().size());
            parts[shard] = result;
            return new Shard(tape, state, random, result).run(size(shard));
        });
        return total(parts);
    }

    private int size(int shard) {
        return (settings.batch() + shards.count() - 1 - shard) / shards.count();
    }

    private Result total(Result[] parts) {
        Result sum = new Result(plan.objectives().size());
        for (int s = 0; s < parts.length; s++) {
            double share = (double) size(s) / settings.batch();
            sum.replay += share * parts[s].replay;
            sum.adversarial += share * parts[s].adversarial;
            for (int i = 0; i < sum.sums.length; i++) {
                sum.sums[i] += parts[s].sums[i];
                sum.counts[i] += parts[s].counts[i];
            }
        }
        return sum;
    }

    /** The discriminator's own step: softplus(D(base)) + softplus(-D(real)) + R1 by differences. */
    void runCritic(ExpansionState state) {
        float[] pictures = real;
        if (pictures == null || state.critic.isEmpty()) {
            return;
        }
        shards.run((tape, shard) -> {
            Random random = new Random((settings.seed() * STEP_STRIDE + state.step) * 31 + 17 + shard);
            int n = size(shard);
            Node latent = tape.constant(base(draw(random, n)), n, network.mean().length);
            Node fake = network.images(tape, latent, name -> tape.frozen(state.weight(name)), null);
            int row = fake.rowLength();
            float[] drawn = tape.array(n * row);
            float[] moved = tape.array(n * row);
            for (int i = 0; i < n; i++) {
                System.arraycopy(pictures, random.nextInt(pictures.length / row) * row, drawn, i * row, row);
            }
            for (int i = 0; i < moved.length; i++) {
                moved[i] = drawn[i] + PENALTY_STEP * (float) random.nextGaussian();
            }
            var critic = state.critic.get();
            Node at = critic.logits(tape, tape.constant(drawn, fake.shape()), n);
            Node beside = critic.logits(tape, tape.constant(moved, fake.shape()), n);
            float share = (float) n / settings.batch();
            Node loss = Arithmetic.weightedSum(
                    new float[] {share, share, share * PENALTY / 2 / (PENALTY_STEP * PENALTY_STEP)},
                    Losses.softplus(critic.logits(tape, fake, n), 1),
                    Losses.softplus(at, -1),
                    Losses.squares(beside, at));
            tape.backward(loss);
            return loss.scalar();
        });
    }

    private float[][] draw(Random random, int n) {
        int d = network.mean().length;
        float[][] drawn = new float[n][];
        for (int i = 0; i < n; i++) {
            int row = random.nextInt(latents.length / d);
            drawn[i] = Arrays.copyOfRange(latents, row * d, (row + 1) * d);
        }
        return drawn;
    }

    private float[] base(float[][] rows) {
        int d = rows[0].length;
        float[] all = new float[rows.length * d];
        for (int i = 0; i < rows.length; i++) {
            put(all, i, plan.subspaces().base(doubles(rows[i])));
        }
        return all;
    }

    private static void put(float[] to, int row, double[] latent) {
        for (int j = 0; j < latent.length; j++) {
            to[row * latent.length + j] = (float) latent[j];
        }
    }

    private static double[] doubles(float[] row) {
        double[] result = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            result[i] = row[i];
        }
        return result;
    }

    /** Says whose loss it was when an objective fails. */
    private static @Nullable Node lossOf(AdaptationObjective objective, Tape tape, AdaptationBatch batch) {
        try {
            return objective.loss(tape, batch);
        } catch (RewriteException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RewriteException(
                    "The objective '" + objective.name() + "' failed: " + e
                            + ". Look at its loss(tape, batch); the cause is attached.",
                    e);
        }
    }

    /** Checks what objectives of users may do wrong. */
    static Node requireLoss(AdaptationObjective objective, @Nullable Node loss) {
        if (loss == null || loss.length() != 1 || loss.rank() > 1) {
            throw new RewriteException("The objective '" + objective.name() + "' returned "
                    + (loss == null ? "nothing" : loss.toString())
                    + " as its loss: return a scalar, the mean over the samples of the batch.");
        }
        if (!loss.tracked()) {
            throw new RewriteException("The loss of the objective '" + objective.name()
                    + "' has no gradient: compute it from batch.edit() by operations of the tape.");
        }
        return loss;
    }

    @Override
    public void close() {
        shards.close();
    }

    /** The samples of one shard. */
    private final class Shard {
        private final Tape tape;
        private final ExpansionState state;
        private final Random random;
        private final Result result;

        Shard(Tape tape, ExpansionState state, Random random, Result result) {
            this.tape = tape;
            this.state = state;
            this.random = random;
            this.result = result;
        }

        double run(int n) {
            DrawnSamples drawn = DrawnSamples.by(random, n, settings, plan, latents, anchors, state.curve);
            LatentSubspaces subspaces = plan.subspaces();
            int d = subspaces.dimension();
            int earlier = plan.earlier().size();
            int slots = earlier > 0 ? 3 : 2;
            int domains = plan.objectives().size();
            float[] all = new float[slots * n * d];
            float[] entered = new float[slots * n * domains];
            for (int i = 0; i < n; i++) {
                double[] latent = doubles(drawn.latents().get(i));
                put(all, i, subspaces.base(latent));
                double[] amounts = new double[earlier + domains];
                for (int domain : drawn.domains(i)) {
                    amounts[earlier + domain] = drawn.amount(i);
                    entered[(n + i) * domains + domain] = drawn.amount(i);
                }
                put(all, n + i, subspaces.mixed(latent, amounts));
                if (earlier > 0) {
                    put(all, 2 * n + i, subspaces.inDomain(latent, random.nextInt(earlier)));
                }
            }
            Node images = network.images(
                    tape,
                    tape.constant(all, slots * n, d),
                    name -> tape.parameter(state.weight(name)),
                    network.readsLinearly() ? tape.constant(entered, slots * n, domains) : null);
            Node base = Rows.slice(images, 0, n);
            Node edit = Rows.slice(images, n, 2 * n);
            Node original = sourceImages(Arrays.copyOfRange(all, 0, n * d), n);
            List<Float> factors = new ArrayList<>();
            List<Node> losses = new ArrayList<>();
            float share = (float) n / settings.batch();
            Node replay = settings.replay().between(tape, base, original);
            result.replay = replay.scalar();
            add(factors, losses, share, replay);
            if (earlier > 0) {
                Node kept = sourceImages(Arrays.copyOfRange(all, 2 * n * d, 3 * n * d), n);
                Node again = settings.replay().between(tape, Rows.slice(images, 2 * n, 3 * n), kept);
                result.replay += again.scalar();
                add(factors, losses, share, again);
            }
            Node latents = tape.constant(Arrays.copyOfRange(all, 0, n * d), n, d);
            objectives(drawn, latents, base, edit, original, factors, losses);
            state.critic.ifPresent(critic -> {
                Node logits = critic.frozenLogits(tape, base, n);
                Node fooled = Losses.softplus(logits, -1);
                result.adversarial = fooled.scalar();
                add(factors, losses, share * (float) settings.source(), fooled);
            });
            float[] weights = new float[factors.size()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = factors.get(i);
            }
            Node total = Arithmetic.weightedSum(weights, losses.toArray(Node[]::new));
            tape.backward(total);
            return total.scalar();
        }

        private void add(List<Float> factors, List<Node> losses, float factor, Node loss) {
            factors.add(factor);
            losses.add(loss);
        }

        private Node sourceImages(float[] at, int n) {
            Function<String, Node> frozen = name -> tape.frozen(named(name));
            return network.images(tape, tape.constant(at, n, at.length / n), frozen, null);
        }

        private Parameter named(String name) {
            Parameter parameter = source.get(name);
            if (parameter == null) {
                throw new IllegalStateException("The source has no weight '" + name + "'.");
            }
            return parameter;
        }

        /** Samples of one domain are handed to its objective together. */
        private void objectives(
                DrawnSamples drawn,
                Node latents,
                Node base,
                Node edit,
                Node original,
                List<Float> factors,
                List<Node> losses) {
            int n = drawn.tasks().size();
            int all = n + drawn.mixed().size();
            if (all > n) {
                Node loss = DomainMixtures.loss(
                        tape,
                        Rows.slice(edit, n, all),
                        Rows.slice(original, n, all),
                        drawn.mixed(),
                        plan.objectives(),
                        random);
                add(factors, losses, (float) (settings.expand() * (all - n) / settings.batch()), loss);
            }
            for (int from = 0; from < n; ) {
                int task = drawn.tasks().get(from);
                int to = from;
                while (to < n && drawn.tasks().get(to) == task) {
                    to++;
                }
                AdaptationObjective objective = plan.objectives().get(task);
                float amount = drawn.amounts().get(task);
                Node images = Rows.slice(edit, from, to);
                Node old = Rows.slice(original, from, to);
                AdaptationBatch batch = new AdaptationBatch(
                        Rows.slice(latents, from, to),
                        amount == 1 ? images : wholly(images, old, amount),
                        tape.detach(Rows.slice(base, from, to)),
                        old,
                        objective.anchors().isPresent() ? drawn.rows().subList(from, to) : List.of(),
                        random);
                Node loss = requireLoss(objective, lossOf(objective, tape, batch));
                if (loss.tape() != tape) {
                    throw new RewriteException("The loss of the objective '" + objective.name()
                            + "' is on another tape: compute it with the tape that loss(tape, batch) is given.");
                }
                if (!Float.isFinite(loss.value()[0])) {
                    throw new NotFiniteException(objective.name(), loss.value()[0]);
                }
                result.sums[task] += (to - from) * (double) loss.value()[0];
                result.counts[task] += to - from;
                double share = settings.expand() * (to - from) / settings.batch();
                add(factors, losses, (float) (share * amount), scalar(loss));
                from = to;
            }
        }

        /** What images that entered their domain by an amount become at the end of a straight way. */
        private Node wholly(Node images, Node old, float amount) {
            return Arithmetic.addScaled(Arithmetic.scale(images, 1 / amount, 0), old, 1 - 1 / amount);
        }

        private Node scalar(Node loss) {
            return loss.rank() == 0 ? loss : tape.reshape(loss);
        }
    }

    /** An objective gave a number that is none. */
    static final class NotFiniteException extends RewriteException {
        private static final long serialVersionUID = 1;

        NotFiniteException(String objective, float loss) {
            super("The loss of the objective '" + objective + "' is " + loss);
        }
    }
}
