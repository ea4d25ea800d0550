package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One training from its first or a later step to its end. */
final class ProjectorTrainingRun implements AutoCloseable {
    private static final Stage STAGE = Stage.TRAINING.saying("training the projector");
    private static final int MEASURED_AT_ONCE = 32;

    private final AssociativeMemory memory;
    private final ProjectorSettings settings;
    private final Optional<TrainingFile> checkpoints;
    private final ProgressListener listener;
    private final SortedMap<String, String> recipe;
    private final SortedMap<String, String> identity;
    private final ImageShape image;
    private final TapedMemory taped;
    private final SamplePool pool;
    private final ProjectorStep step;
    private final Tape measuring = new Tape();

    ProjectorTrainingRun(
            AssociativeMemory memory,
            ProjectorSettings settings,
            Optional<TrainingFile> checkpoints,
            ProgressListener listener) {
        this.memory = memory;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.listener = listener;
        this.recipe = settings.recipe(memory);
        TreeMap<String, String> all = new TreeMap<>(recipe);
        all.put("generator", memory.spec().generator().fingerprint());
        all.put("layer", memory.spec().last().name());
        this.identity = all;
        this.image = ImageShape.of(memory.spec().generator());
        this.taped = TapedMemory.of(memory);
        this.pool = new SamplePool(memory, settings.pool(), settings.seed(), settings.renewal());
        this.step = new ProjectorStep(settings, taped, pool, image);
    }

    TrainedProjector train(boolean resumed) {
        Optional<TrainingFile> kept = checkpoints.filter(file -> resumed);
        TrainingState state = new TrainingState(
                settings,
                image,
                memory.spec().valueShape(),
                kept.flatMap(this::stored).orElseGet(this::measured));
        Divergence divergence = new Divergence("The training of the projector", settings.iterations(), advice());
        TrainingLoop loop = new TrainingLoop(STAGE, divergence, settings.evaluateEvery(), checkpoints, identity);
        HeldOut heldOut = new HeldOut(memory, settings.heldOut(), settings.heldOutSeed(), listener.part(0.08, 0.09));
        Training training = new Training(state, heldOut);
        loop.run(training, kept.isPresent() ? loop.resume(training) : 0, listener.part(0.1, 1));
        return finished(state);
    }

    /** How the values were scaled when the training began. */
    private Optional<Standardisation> stored(TrainingFile file) {
        return file.load(
                identity,
                stored -> new Standardisation(
                        stored.floats("mean"),
                        stored.floats("deviation"),
                        Boolean.parseBoolean(stored.fact("nonNegative"))));
    }

    private String advice() {
        return "Lower the learning rate, now " + settings.learningRate()
                + (settings.losses().adversarial() > 0
                        ? ", or the adversarial weight, now "
                                + settings.losses().adversarial()
                        : "");
    }

    /** Steps of projector and discriminator, and their quality on held-out samples. */
    private final class Training implements TrainingLoop.Trained {
        private final TrainingState state;
        private final HeldOut heldOut;
        private Running running = new Running();
        private Stage stage = STAGE;

        Training(TrainingState state, HeldOut heldOut) {
            this.state = state;
            this.heldOut = heldOut;
        }

        @Override
        public Map<String, Parameter> arrays() {
            return state.arrays();
        }

        @Override
        public Map<String, String> notes() {
            return Map.of(
                    "nonNegative",
                    Boolean.toString(state.network.standardisation().nonNegative()),
                    "criticSteps",
                    Long.toString(state.criticOptimiser.steps()),
                    "curve",
                    CurvePoint.csv(state.curve));
        }

        @Override
        public void resumeAt(long done) {
            state.step = done;
            state.optimiser.resumeAt(done);
        }

        @Override
        public void recall(TrainingFile.Stored stored) throws IOException {
            state.criticOptimiser.resumeAt(Long.parseLong(stored.fact("criticSteps")));
            state.curve.addAll(CurvePoint.parse(stored.fact("curve")));
        }

        @Override
        public double step(long number) {
            pool.advanceTo(number, listener.part(0.09, 0.1));
            ProjectorStep.Result result = step.run(state);
            running.add(result);
            return result.isFinite() ? result.total() : Double.NaN;
        }

        @Override
        public void measure(long done) {
            HeldOut.Quality quality = heldOut.measure(measuring, state.network, state::averaged, taped);
            if (!Double.isFinite(quality.psnr())) {
                throw new NotFiniteException("The projector draws numbers that are not finite after step " + done
                        + " of " + settings.iterations() + ". " + advice() + ".");
            }
            CurvePoint point = running.point(done, quality);
            state.curve.add(point);
            stage = STAGE.saying(String.format(
                    Locale.ROOT, "%s (%.0f images/s; %s)", STAGE, running.imagesPerSecond(settings.batch()), point));
            running = new Running();
        }

        @Override
        public Stage stage(Stage usual) {
            return stage;
        }

        @Override
        public boolean enough() {
            return state.sinceBest() >= settings.patience();
        }
    }

    private Standardisation measured() {
        pool.advanceTo(0, listener.part(0, 0.05));
        if (pool.size() >= settings.measuredSamples()) {
            return pool.standardisation(settings.measuredSamples());
        }
        Standardisation.Measuring measuringScale =
                new Standardisation.Measuring(memory.spec().valueShape().channels());
        for (int from = 0; from < settings.measuredSamples(); from += MEASURED_AT_ONCE) {
            listener.part(0.05, 0.08)
                    .report(Stage.MEASURING.saying("measuring values"), from, settings.measuredSamples());
            int to = Math.min(from + MEASURED_AT_ONCE, settings.measuredSamples());
            INDArray values = memory.values(memory.keys(memory.sampler().at(Sample.range(settings.seed(), from, to))))
                    .tensor();
            float[] all = HostArrays.of(values);
            int row = all.length / (to - from);
            for (int i = 0; i < to - from; i++) {
                measuringScale.add(Arrays.copyOfRange(all, i * row, (i + 1) * row));
            }
        }
        return measuringScale.result();
    }

    private TrainedProjector finished(TrainingState state) {
        for (Parameter p : state.network.parameters()) {
            System.arraycopy(state.averaged(p).value(), 0, p.value(), 0, p.value().length);
        }
        TreeMap<String, String> facts = new TreeMap<>(recipe);
        facts.put("steps", Long.toString(state.step));
        facts.put("curve", CurvePoint.csv(state.curve));
        CurvePoint last = state.curve.get(state.curve.size() - 1);
        facts.put("heldOutPsnr", String.format(Locale.ROOT, "%.2f", last.psnr()));
        facts.put("heldOutSsim", String.format(Locale.ROOT, "%.4f", last.ssim()));
        return new TrainedProjector(ProjectorSpec.of(memory.spec(), facts), state.network);
    }

    @Override
    public void close() {
        step.close();
        measuring.close();
    }

    /** Mean losses since the last point of the curve. */
    private static final class Running {
        private final long started = System.nanoTime();
        private int steps;
        private double feature;
        private double adversarial;
        private double critic;
        private double dissimilarity;
        private double pixels;

        void add(ProjectorStep.Result result) {
            steps++;
            feature += result.feature();
            adversarial += result.adversarial();
            critic += result.critic();
            dissimilarity += result.dissimilarity();
            pixels += result.pixels();
        }

        double imagesPerSecond(int batch) {
            return 1e9 * steps * batch / (System.nanoTime() - started);
        }

        CurvePoint point(long step, HeldOut.Quality quality) {
            return new CurvePoint(
                    step,
                    feature / steps,
                    adversarial / steps,
                    critic / steps,
                    dissimilarity / steps,
                    pixels / steps,
                    quality.psnr(),
                    quality.ssim());
        }
    }
}
