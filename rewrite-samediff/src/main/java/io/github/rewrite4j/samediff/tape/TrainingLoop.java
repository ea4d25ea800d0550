package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The steps of a training or of a descent: it says how far it is after each step, stops when the listener says so or the loss
 * is no longer finite, and, where checkpoints are kept, keeps one every so many steps and at the end, and goes on where one
 * was written.
 *
 * @param stage what it is called
 * @param divergence how many steps there are, and what to do when they lead nowhere
 * @param every steps between checkpoints
 * @param checkpoints where they are kept, if they are
 * @param facts all that decides the result; a checkpoint of other facts is refused
 */
public record TrainingLoop(
        Stage stage,
        Divergence divergence,
        int every,
        Optional<TrainingFile> checkpoints,
        SortedMap<String, String> facts) {
    private static final String STEP = "step";

    public TrainingLoop {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(divergence, "divergence");
        Objects.requireNonNull(checkpoints, "checkpoints");
        Objects.requireNonNull(facts, "facts");
        facts = new TreeMap<>(facts);
        if (divergence.steps() < 1 || every < 1) {
            throw new IllegalArgumentException(
                    "A training takes steps, and steps between checkpoints, from 1, but given were "
                            + divergence.steps() + " and " + every + ".");
        }
    }

    /** A descent that nobody goes on with: no checkpoint is kept. */
    public static TrainingLoop of(Stage stage, Divergence divergence) {
        return new TrainingLoop(stage, divergence, Math.max(1, divergence.steps()), Optional.empty(), new TreeMap<>());
    }

    /** A step and its loss, which ends the training when it is no longer finite. */
    @FunctionalInterface
    public interface Step {
        /**
         * Makes a step.
         *
         * @param step number from 0
         * @return the loss
         */
        double step(long step);
    }

    /** What is trained. */
    public interface Trained extends Step {
        /** All arrays that change, themselves, by name: weights, their averages and the optimisers' moments. */
        Map<String, Parameter> arrays();

        /** What a checkpoint says besides. */
        default Map<String, String> notes() {
            return Map.of();
        }

        /** Goes on after so many steps; the arrays were filled. */
        void resumeAt(long step);

        /** Reads its notes in a checkpoint, after the arrays were filled. */
        default void recall(TrainingFile.Stored stored) throws IOException {}

        /** Before a checkpoint is due, whether one is kept or not: measurements that it notes. */
        default void measure(long done) {}

        /** After a checkpoint was due: pictures for people, for instance. */
        default void rest(long done) {}

        /** The stage as it is reported now. */
        default Stage stage(Stage usual) {
            return usual;
        }

        /** Whether nothing more is to be learnt, though steps are left. */
        default boolean enough() {
            return false;
        }
    }

    /**
     * Mean losses of the first and of the last tenth of the steps that a run made, in steps of the whole training; 0 where it
     * made none of them, and the steps that it did not make count as 0.
     */
    public record Curve(double start, double end) {}

    /**
     * Fills what is trained from the checkpoint, if there is one.
     *
     * @return steps that were made
     */
    public long resume(Trained trained) {
        Objects.requireNonNull(trained, "trained");
        return checkpoints
                .flatMap(file -> file.load(facts, stored -> {
                    stored.fill(trained.arrays());
                    long step = Long.parseLong(stored.fact(STEP));
                    trained.resumeAt(step);
                    trained.recall(stored);
                    return step;
                }))
                .orElse(0L);
    }

    /**
     * Makes all steps that the checkpoint leaves.
     *
     * @throws io.github.rewrite4j.NotFiniteException when the loss is no longer finite
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop; the last checkpoint stays
     */
    public Curve run(Trained trained, ProgressListener listener) {
        return run(trained, resume(trained), listener);
    }

    /**
     * Makes all steps from a number on.
     *
     * @param from steps that were made
     * @throws io.github.rewrite4j.NotFiniteException when the loss is no longer finite
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop; the last checkpoint stays
     */
    public Curve run(Trained trained, long from, ProgressListener listener) {
        Objects.requireNonNull(trained, "trained");
        Objects.requireNonNull(listener, "listener");
        Divergence told = checkpoints
                .map(file -> divergence.advising("The last checkpoint is in " + file.file()))
                .orElse(divergence);
        int steps = divergence.steps();
        int tenth = Math.max(1, steps / 10);
        double start = 0;
        double end = 0;
        double loss = 0;
        long step = from;
        for (; step < steps && !trained.enough(); step++) {
            loss = told.require(trained.step(step), (int) step);
            start += step < tenth ? loss / tenth : 0;
            end += step >= steps - tenth ? loss / tenth : 0;
            long done = step + 1;
            if (done % every == 0 || done == steps) {
                trained.measure(done);
                checkpoints.ifPresent(file -> file.save(done, trained.arrays(), facts, notes(trained, done)));
                trained.rest(done);
            }
            listener.report(trained.stage(stage), (int) done, steps, loss);
        }
        if (step > from && step < steps) {
            listener.report(trained.stage(stage), steps, steps, loss);
        }
        return new Curve(start, end);
    }

    private static Map<String, String> notes(Trained trained, long done) {
        Map<String, String> notes = new HashMap<>(trained.notes());
        notes.put(STEP, Long.toString(done));
        return notes;
    }

    /**
     * Makes all steps of what has no checkpoints.
     *
     * @throws io.github.rewrite4j.NotFiniteException when the loss is no longer finite
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public Curve descend(Step step, ProgressListener listener) {
        Objects.requireNonNull(step, "step");
        if (checkpoints.isPresent()) {
            throw new IllegalStateException("Steps alone cannot be kept in checkpoints: say what is trained.");
        }
        return run(
                new Trained() {
                    @Override
                    public Map<String, Parameter> arrays() {
                        return Map.of();
                    }

                    @Override
                    public void resumeAt(long done) {
                        throw new IllegalStateException("No checkpoint is kept of this training.");
                    }

                    @Override
                    public double step(long number) {
                        return step.step(number);
                    }
                },
                0,
                listener);
    }

    /** Arrays under a common first part of their names. */
    public static Map<String, Parameter> under(String prefix, Iterable<Parameter> parameters) {
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(parameters, "parameters");
        Map<String, Parameter> named = new HashMap<>();
        parameters.forEach(p -> named.put(prefix + p.name(), p));
        return named;
    }
}
