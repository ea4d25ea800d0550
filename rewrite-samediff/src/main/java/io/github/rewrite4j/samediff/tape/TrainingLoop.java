package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The steps of a training: it goes on where its checkpoint was written, says how far it is after each step, stops when the
 * loss is no longer finite, and keeps a checkpoint every so many steps and at the end.
 *
 * @param stage what it is called
 * @param steps in all
 * @param every steps between checkpoints
 * @param checkpoints where they are kept, if they are
 * @param facts all that decides the result; a checkpoint of other facts is refused
 */
public record TrainingLoop(
        Stage stage, int steps, int every, Optional<TrainingFile> checkpoints, SortedMap<String, String> facts) {
    private static final String STEP = "step";

    public TrainingLoop {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(checkpoints, "checkpoints");
        Objects.requireNonNull(facts, "facts");
        facts = new TreeMap<>(facts);
        if (steps < 1 || every < 1) {
            throw new IllegalArgumentException(
                    "A training takes steps, and steps between checkpoints, from 1, but given were " + steps + " and "
                            + every + ".");
        }
    }

    /** What is trained. */
    public interface Trained {
        /** All arrays that change, themselves, by name: weights, their averages and the optimisers' moments. */
        Map<String, Parameter> arrays();

        /** Goes on after so many steps; the arrays were filled. */
        void resumeAt(long step);

        /**
         * Makes a step.
         *
         * @param step number from 0
         * @return the loss
         */
        double step(long step);

        /** After a checkpoint was due, whether one was kept or not: pictures for people, for instance. */
        default void rest(long step) {}
    }

    /**
     * Fills what is trained from the checkpoint, if there is one.
     *
     * @return steps that were made
     */
    public long resume(Trained trained) {
        Objects.requireNonNull(trained, "trained");
        Optional<Long> found = checkpoints.flatMap(file -> file.load(facts, stored -> read(stored, trained)));
        found.ifPresent(trained::resumeAt);
        return found.orElse(0L);
    }

    private static Long read(TrainingFile.Stored stored, Trained trained) throws IOException {
        stored.fill(trained.arrays());
        return Long.parseLong(stored.fact(STEP));
    }

    /**
     * Makes all steps that are left.
     *
     * @throws RewriteException when the loss is no longer finite
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop; the last checkpoint stays
     */
    public void run(Trained trained, ProgressListener listener) {
        Objects.requireNonNull(trained, "trained");
        Objects.requireNonNull(listener, "listener");
        for (long step = resume(trained); step < steps; step++) {
            double loss = trained.step(step);
            if (!Double.isFinite(loss)) {
                throw new RewriteException("The loss is " + loss + " at step " + (step + 1)
                        + ": lower the learning rate, or go on from an earlier checkpoint with other pictures.");
            }
            long done = step + 1;
            if (done % every == 0 || done == steps) {
                checkpoints.ifPresent(
                        file -> file.save(done, trained.arrays(), facts, Map.of(STEP, Long.toString(done))));
                trained.rest(done);
            }
            listener.report(stage, (int) done, steps, loss);
        }
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
