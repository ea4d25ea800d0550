package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.Locale;
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
    private final Optional<Checkpoints> checkpoints;
    private final ProgressListener listener;
    private final SortedMap<String, String> recipe;
    private final SortedMap<String, String> identity;
    private final ImageShape image;
    private final TapedMemory taped;
    private final SamplePool pool;
    private final ProjectorStep step;
    private final Tape measuring = new Tape();
    private Stage stage = STAGE;

    ProjectorTrainingRun(
            AssociativeMemory memory,
            ProjectorSettings settings,
            Optional<Checkpoints> checkpoints,
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
        TrainingState state = Optional.of(resumed)
                .filter(wanted -> wanted)
                .flatMap(wanted -> checkpoints.flatMap(kept -> kept.load(identity, this::start)))
                .orElseGet(() -> start(measured()));
        HeldOut heldOut = new HeldOut(memory, settings.heldOut(), settings.heldOutSeed(), listener.part(0.08, 0.09));
        Running running = new Running();
        while (state.step < settings.iterations() && state.sinceBest() < settings.patience()) {
            pool.advanceTo(state.step, listener.part(0.09, 0.1));
            ProjectorStep.Result result = step.run(state);
            if (!result.isFinite()) {
                throw notFinite(state);
            }
            running.add(result);
            if (state.step % settings.evaluateEvery() == 0 || state.step == settings.iterations()) {
                HeldOut.Quality quality = heldOut.measure(measuring, state.network, state::averaged, taped);
                state.curve.add(running.point(state.step, quality));
                stage = STAGE.saying(String.format(
                        Locale.ROOT,
                        "%s (%.0f images/s; %s)",
                        STAGE,
                        running.imagesPerSecond(settings.batch()),
                        state.curve.get(state.curve.size() - 1)));
                running = new Running();
                if (!Double.isFinite(quality.psnr())) {
                    throw notFinite(state);
                }
                checkpoints.ifPresent(kept -> kept.save(state, identity));
            }
            listener.part(0.1, 1).report(stage, (int) state.step, settings.iterations(), result.total());
        }
        return finished(state);
    }

    private TrainingState start(Standardisation scale) {
        return new TrainingState(settings, image, memory.spec().valueShape(), scale);
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

    private RewriteException notFinite(TrainingState state) {
        return new RewriteException(
                "The loss of the projector is not finite any more at step " + (state.step + 1) + " of "
                        + settings.iterations() + ": lower the learning rate, now " + settings.learningRate()
                        + (settings.losses().adversarial() > 0
                                ? ", or the adversarial weight, now "
                                        + settings.losses().adversarial()
                                : "")
                        + "."
                        + checkpoints
                                .map(kept -> " The last checkpoint is in " + kept.file() + ".")
                                .orElse(""));
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
