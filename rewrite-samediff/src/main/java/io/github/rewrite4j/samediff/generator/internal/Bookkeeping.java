package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the trainings of small generators keep and show on the way, and on how many threads they run; none of it changes what
 * is learnt.
 *
 * @param checkpoints folder of checkpoints
 * @param sheets folder of pictures
 * @param every steps between both
 * @param threads of which as many work as a batch has parts
 */
public record Bookkeeping(Optional<Path> checkpoints, Optional<TrainingSheets> sheets, int every, int threads) {
    private static final int EVERY = 100;

    /** None of it, on all processors. */
    public static Bookkeeping none() {
        return new Bookkeeping(
                Optional.empty(), Optional.empty(), EVERY, Runtime.getRuntime().availableProcessors());
    }

    public Bookkeeping checkpoints(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new Bookkeeping(Optional.of(folder), sheets, every, threads);
    }

    public Bookkeeping sheets(TrainingSheets where) {
        Objects.requireNonNull(where, "where");
        return new Bookkeeping(checkpoints, Optional.of(where), every, threads);
    }

    public Bookkeeping every(int steps) {
        return new Bookkeeping(checkpoints, sheets, steps, threads);
    }

    public Bookkeeping threads(int count) {
        return new Bookkeeping(checkpoints, sheets, every, count);
    }

    /** For a batch in so many parts. */
    public Shards shards(int parts) {
        return new Shards(parts, Math.min(parts, threads));
    }

    /**
     * The steps.
     *
     * @param doing as in "training a translator"
     * @param kind of checkpoints
     * @param facts all that decides the result
     */
    public TrainingLoop loop(String doing, String kind, int steps, SortedMap<String, String> facts) {
        Objects.requireNonNull(kind, "kind");
        String name = doing.substring(0, 1).toUpperCase(Locale.ROOT) + doing.substring(1);
        return new TrainingLoop(
                Stage.TRAINING.saying(doing),
                new Divergence(name, steps, "Lower the learning rate"),
                every,
                checkpoints.map(folder -> new TrainingFile(folder, kind)),
                facts);
    }
}
