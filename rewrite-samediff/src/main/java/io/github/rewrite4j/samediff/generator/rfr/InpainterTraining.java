package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.internal.Bookkeeping;
import io.github.rewrite4j.samediff.generator.training.TrainedNetwork;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.tape.Shards;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trains a small inpainter on pictures and holes, by mean absolute differences that count more in holes (Li et al. 2020 add
 * perceptual terms, which need a network of theirs). Its normalisations take the statistics of the first pictures, one after
 * the other, and keep them: what is learnt are their scales and shifts.
 *
 * <pre>{@code
 * TrainedNetwork<Rfr> trained = InpainterTraining.by(InpainterRecipe.small())
 *         .train(TrainingPictures.folder(photos, 32, 32), listener);
 * trained.save(Path.of("mine.safetensors"));
 * }</pre>
 *
 * <p>The same recipe and pictures give the same bytes on any number of threads. An interrupted training goes on from its
 * checkpoint. Immutable; each method returns a changed copy.
 */
public final class InpainterTraining {
    private final InpainterRecipe recipe;
    private final HoleSource holes;
    private final Bookkeeping books;

    private InpainterTraining(InpainterRecipe recipe, HoleSource holes, Bookkeeping books) {
        this.recipe = recipe;
        this.holes = holes;
        this.books = books;
    }

    /** A training by a recipe, with boxes and strokes as holes. */
    public static InpainterTraining by(InpainterRecipe recipe) {
        Objects.requireNonNull(recipe, "recipe");
        return new InpainterTraining(recipe, new RandomHoles(), Bookkeeping.none());
    }

    /** With other holes. */
    public InpainterTraining holes(HoleSource source) {
        Objects.requireNonNull(source, "source");
        return new InpainterTraining(recipe, source, books);
    }

    /** Keeps a checkpoint in a folder, from which it goes on. */
    public InpainterTraining checkpoints(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new InpainterTraining(recipe, holes, books.checkpoints(folder));
    }

    /** Steps between checkpoints, and between sheets; 100 unless said. */
    public InpainterTraining every(int count) {
        return new InpainterTraining(recipe, holes, books.every(count));
    }

    /** Fills holes whenever a checkpoint is due: what is known of pictures, and below them what becomes of them. */
    public InpainterTraining sheets(TrainingSheets where) {
        Objects.requireNonNull(where, "where");
        return new InpainterTraining(recipe, holes, books.sheets(where));
    }

    /** Threads; two at most work. Results do not depend on it. */
    public InpainterTraining threads(int count) {
        return new InpainterTraining(recipe, holes, books.threads(count));
    }

    /**
     * Trains, from the checkpoint where there is one.
     *
     * @throws io.github.rewrite4j.RewriteException when the loss is no longer finite, or the checkpoint is of another training
     */
    public TrainedNetwork<Rfr> train(TrainingPictures pictures, ProgressListener listener) {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        Backend.require();
        pictures.requireSize(recipe.size(), recipe.size());
        try (Shards shards = books.shards(InpainterRun.SHARDS)) {
            InpainterRun run = new InpainterRun(recipe, pictures, holes, shards, books.sheets());
            SortedMap<String, String> facts = new TreeMap<>(recipe.facts());
            facts.put("pictures", pictures.id());
            facts.put("holes", holes.id());
            books.loop("training an inpainter", "inpainter-checkpoint", recipe.steps(), facts)
                    .run(run, listener);
            return run.finished();
        }
    }
}
