package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One training from its first or a later step to its end. */
final class ExpansionRun implements AutoCloseable {
    private static final Stage STAGE = Stage.EXPANDING;

    private final LatentNetwork network;
    private final ExpansionPlan plan;
    private final ExpansionSettings settings;
    private final Optional<TrainingFile> checkpoints;
    private final ProgressListener listener;
    private final ExpansionStep step;
    private Optional<Path> snapshots = Optional.empty();
    private Optional<LatentNetwork> beginning = Optional.empty();
    private final SortedMap<String, String> recipe;

    ExpansionRun(
            LatentNetwork network,
            ExpansionPlan plan,
            ExpansionSettings settings,
            Optional<TrainingFile> checkpoints,
            ProgressListener listener) {
        this.network = network;
        this.plan = plan;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.listener = listener;
        this.step = new ExpansionStep(network, plan, settings);
        this.recipe = new TreeMap<>(settings.recipe());
        recipe.put("source", network.spec().fingerprint());
        recipe.put("basis", plan.basis().method());
        recipe.put("domains", plan.domains().toString());
        for (AdaptationObjective objective : plan.objectives()) {
            objective.recipe().forEach((key, value) -> recipe.put(objective.name() + "." + key, value));
        }
    }

    /** Keeps the whole generator where each domain had its least loss, in files of their names. */
    ExpansionRun snapshots(Optional<Path> folder) {
        this.snapshots = folder;
        return this;
    }

    /** Begins with the weights of an earlier training to the same domains. */
    ExpansionRun from(Optional<LatentNetwork> earlier) {
        this.beginning = earlier;
        earlier.ifPresent(network -> recipe.put("from", network.spec().fingerprint()));
        return this;
    }

    private void keepBest(ExpansionState state) {
        if (snapshots.isEmpty()) {
            return;
        }
        ExpansionPoint last = state.curve.get(state.curve.size() - 1);
        for (int i = 0; i < plan.added().size(); i++) {
            int domain = i;
            double before = state.curve.subList(0, state.curve.size() - 1).stream()
                    .mapToDouble(point -> point.domains().get(domain))
                    .filter(loss -> !Double.isNaN(loss))
                    .min()
                    .orElse(Double.POSITIVE_INFINITY);
            if (last.domains().get(i) < before) {
                Path file = snapshots.get().resolve(plan.added().get(i).name() + ".safetensors");
                try (ExpandedGenerator now = finished(state)) {
                    now.save(file);
                } catch (IOException e) {
                    throw new RewriteException(
                            "The training stopped at step " + state.step + " because its snapshot " + file
                                    + " could not be written: " + e.getMessage(),
                            e);
                }
            }
        }
    }

    ExpandedGenerator train(boolean resumed) {
        ExpansionState state = new ExpansionState(
                network,
                beginning.orElse(network).parameters(),
                plan.objectives().size(),
                settings);
        Divergence divergence = new Divergence("The expansion", settings.iterations(), advice());
        TrainingLoop loop = new TrainingLoop(STAGE, divergence, settings.evaluateEvery(), checkpoints, recipe);
        Training training = new Training(state);
        loop.run(training, resumed ? loop.resume(training) : 0, listener);
        return finished(state);
    }

    private String advice() {
        return "Lower the learning rate, now " + settings.learningRate()
                + ", or look at the objective for divisions by 0 and roots of 0";
    }

    /** Steps of the domains and, with the source's game, of its discriminator. */
    private final class Training implements TrainingLoop.Trained {
        private final ExpansionState state;
        private Running running = new Running(plan.objectives().size());
        private Stage stage = STAGE;

        Training(ExpansionState state) {
            this.state = state;
        }

        @Override
        public Map<String, Parameter> arrays() {
            return state.arrays();
        }

        @Override
        public Map<String, String> notes() {
            return Map.of("criticSteps", Long.toString(state.criticOptimiser.steps()), "curve", curve(state));
        }

        @Override
        public void resumeAt(long done) {
            state.step = done;
            state.optimiser.resumeAt(done);
        }

        @Override
        public void recall(TrainingFile.Stored stored) throws IOException {
            state.criticOptimiser.resumeAt(Long.parseLong(stored.fact("criticSteps")));
            state.curve.addAll(ExpansionPoint.parse(stored.fact("curve")));
        }

        @Override
        public double step(long number) {
            ExpansionStep.Result result = losses();
            if (!result.finite() || !Double.isFinite(state.optimiser.gradientNorm())) {
                return Double.NaN;
            }
            state.optimiser.step(factor(number));
            if (settings.adversarial()) {
                step.runCritic(state);
                state.criticOptimiser.step(1);
            }
            state.step++;
            state.average.update(state.step);
            running.add(result);
            return result.total();
        }

        private ExpansionStep.Result losses() {
            try {
                return step.run(state);
            } catch (ExpansionStep.NotFiniteException e) {
                throw new NotFiniteException(e.getMessage() + " at step " + (state.step + 1) + " of "
                        + settings.iterations() + ", which nothing can be learnt from. " + advice() + "."
                        + checkpoints
                                .map(kept -> " The last checkpoint is in " + kept.file() + ".")
                                .orElse(""));
            }
        }

        @Override
        public void measure(long done) {
            ExpansionPoint point = running.point(done);
            state.curve.add(point);
            stage = STAGE.saying(
                    String.format(Locale.ROOT, "%s (%.1f steps/s; %s)", STAGE, running.stepsPerSecond(), point));
            running = new Running(plan.objectives().size());
        }

        @Override
        public void rest(long done) {
            keepBest(state);
        }

        @Override
        public Stage stage(Stage usual) {
            return stage;
        }

        @Override
        public boolean enough() {
            return settings.schedule().over(state.curve, plan.objectives().size());
        }
    }

    /** Constant in the first half, then falling to zero. */
    private double factor(long at) {
        double done = (double) at / settings.iterations();
        return done < 0.5 ? 1 : Math.max(0, 2 * (1 - done));
    }

    private String curve(ExpansionState state) {
        return ExpansionPoint.csv(plan.added().stream().map(Domain::name).toList(), state.curve);
    }

    private ExpandedGenerator finished(ExpansionState state) {
        TreeMap<String, String> notes = new TreeMap<>(recipe);
        notes.put("curve", curve(state));
        notes.put("steps", Long.toString(state.step));
        return network.expanded(plan.folded(state.averages(), network), plan.expansion(notes));
    }

    @Override
    public void close() {
        step.close();
    }

    /** Mean losses since the last point of the curve. */
    private static final class Running {
        private final long started = System.nanoTime();
        private final double[] sums;
        private final long[] counts;
        private int steps;
        private double replay;
        private double adversarial;

        Running(int domains) {
            sums = new double[domains];
            counts = new long[domains];
        }

        void add(ExpansionStep.Result result) {
            steps++;
            replay += result.replay;
            adversarial += result.adversarial;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += result.sums[i];
                counts[i] += result.counts[i];
            }
        }

        double stepsPerSecond() {
            return 1e9 * steps / (System.nanoTime() - started);
        }

        ExpansionPoint point(long step) {
            List<Double> means = new ArrayList<>();
            for (int i = 0; i < sums.length; i++) {
                means.add(counts[i] == 0 ? Double.NaN : sums[i] / counts[i]);
            }
            return new ExpansionPoint(step, replay / steps, adversarial / steps, means);
        }
    }
}
