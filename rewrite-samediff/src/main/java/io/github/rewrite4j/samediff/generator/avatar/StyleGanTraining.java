package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.internal.Bookkeeping;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.perception.StridedDiscriminator;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Trains a small style-based generator against a discriminator: non-saturating logistic loss (Goodfellow et al. 2014), lazy R1
 * by a {@linkplain io.github.rewrite4j.samediff.perception.GradientPenalty difference of gradients}, equalised learning rates,
 * moving average of the weights (Karras et al. 2018, 2020).
 *
 * <pre>{@code
 * StyleGanTraining training = StyleGanTraining.by(StyleGanRecipe.small()).checkpoints(folder);
 * try (TrainedStyleGan trained = training.train(TrainingPictures.folder(pictures, 32, 32), listener)) {
 *     trained.save(Path.of("mine.safetensors")); // as StyleGan2.load reads it
 * }
 * }</pre>
 *
 * <p>The same recipe and pictures give the same bytes on any number of threads. An interrupted training goes on from its
 * checkpoint. Immutable; each method returns a changed copy.
 */
public final class StyleGanTraining {
    private final StyleGanRecipe recipe;
    private final @Nullable Path start;
    private final @Nullable StridedDiscriminator judge;
    private final Bookkeeping books;

    private StyleGanTraining(
            StyleGanRecipe recipe, @Nullable Path start, @Nullable StridedDiscriminator judge, Bookkeeping books) {
        this.recipe = recipe;
        this.start = start;
        this.judge = judge;
        this.books = books;
    }

    /** A training by a recipe. */
    public static StyleGanTraining by(StyleGanRecipe recipe) {
        Objects.requireNonNull(recipe, "recipe");
        return new StyleGanTraining(recipe, null, null, Bookkeeping.none());
    }

    /** Keeps a checkpoint in a folder, from which it goes on. */
    public StyleGanTraining checkpoints(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new StyleGanTraining(recipe, start, judge, books.checkpoints(folder));
    }

    /** Steps between checkpoints, and between sheets; 100 unless said. */
    public StyleGanTraining every(int count) {
        return new StyleGanTraining(recipe, start, judge, books.every(count));
    }

    /** Draws samples whenever a checkpoint is due. */
    public StyleGanTraining sheets(TrainingSheets where) {
        Objects.requireNonNull(where, "where");
        return new StyleGanTraining(recipe, start, judge, books.sheets(where));
    }

    /**
     * Starts at a generator that was trained before, for fine-tuning on few pictures.
     *
     * @param generator safetensors file of the layout that {@link TrainedStyleGan#save} writes, of the recipe's sizes
     * @param discriminator of the recipe's sizes, best the one that it was trained against; copied
     */
    public StyleGanTraining from(Path generator, StridedDiscriminator discriminator) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(discriminator, "discriminator");
        return new StyleGanTraining(recipe, generator, discriminator.copy(), books);
    }

    /** Threads; two at most work. Results do not depend on it. */
    public StyleGanTraining threads(int count) {
        return new StyleGanTraining(recipe, start, judge, books.threads(count));
    }

    /**
     * Trains, from the checkpoint where there is one.
     *
     * @return to be closed by the caller
     * @throws io.github.rewrite4j.RewriteException when the loss is no longer finite, or the checkpoint is of another training
     * @throws IOException when the generator to start from cannot be read
     */
    public TrainedStyleGan train(TrainingPictures pictures, ProgressListener listener) throws IOException {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        try (Shards shards = books.shards(StyleGanRun.SHARDS);
                StyleGanRun run = run(pictures, shards)) {
            loop(pictures).run(run, listener);
            return run.finished();
        }
    }

    /**
     * What an unfinished training has learnt so far, from its checkpoint.
     *
     * @throws IllegalStateException when there is none
     */
    public TrainedStyleGan soFar(TrainingPictures pictures) throws IOException {
        Objects.requireNonNull(pictures, "pictures");
        try (Shards shards = books.threads(1).shards(StyleGanRun.SHARDS);
                StyleGanRun run = run(pictures, shards)) {
            if (loop(pictures).resume(run) == 0) {
                throw new IllegalStateException("There is no checkpoint of this training: train first.");
            }
            return run.finished();
        }
    }

    private TrainingLoop loop(TrainingPictures pictures) {
        SortedMap<String, String> facts = new TreeMap<>(recipe.facts());
        facts.put("pictures", pictures.id());
        facts.put("start", start == null ? "nothing" : String.valueOf(start.getFileName()));
        return books.loop("training a style-based generator", "style-gan-checkpoint", recipe.steps(), facts);
    }

    private StyleGanRun run(TrainingPictures pictures, Shards shards) throws IOException {
        Backend.require();
        pictures.requireSize(recipe.size(), recipe.size());
        StyleGanRun run = new StyleGanRun(recipe, pictures, shards, books.sheets(), judge);
        if (start != null) {
            try (SafeTensors tensors = SafeTensors.open(start)) {
                run.startAt(tensors);
            } catch (IOException | RuntimeException failed) {
                run.close();
                throw failed;
            }
        }
        return run;
    }
}
