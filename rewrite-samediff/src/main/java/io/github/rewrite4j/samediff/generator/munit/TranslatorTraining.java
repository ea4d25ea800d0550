package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.internal.Bookkeeping;
import io.github.rewrite4j.samediff.generator.training.TrainedNetwork;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trains a small translator between two sets of pictures.
 *
 * <p>With <em>pairs</em>, picture i of b is picture i of a drawn in its style: content of either with the style of either draws
 * either, by mean absolute differences, and a drawn style is found again in what it draws. With <em>cycles</em> the sets
 * know nothing of one another (Huang et al. 2018): pictures are drawn again from their own content and style and from there and
 * back, content and style are found again in translations, and two discriminators with lazy R1 tell translations from
 * pictures.
 *
 * <pre>{@code
 * TrainedNetwork<Munit> trained = TranslatorTraining.pairs(TranslatorRecipe.small())
 *         .train(TrainingPictures.folder(photos, 32, 32), TrainingPictures.folder(drawings, 32, 32), listener);
 * trained.save(Path.of("mine.safetensors"));
 * }</pre>
 *
 * <p>The same recipe and pictures give the same bytes on any number of threads. An interrupted training goes on from its
 * checkpoint. Immutable; each method returns a changed copy.
 */
public final class TranslatorTraining {
    private final TranslatorRecipe recipe;
    private final boolean paired;
    private final Bookkeeping books;

    private TranslatorTraining(TranslatorRecipe recipe, boolean paired, Bookkeeping books) {
        this.recipe = recipe;
        this.paired = paired;
        this.books = books;
    }

    /** From pictures that belong together. */
    public static TranslatorTraining pairs(TranslatorRecipe recipe) {
        return by(recipe, true);
    }

    /** From two sets of pictures. */
    public static TranslatorTraining cycles(TranslatorRecipe recipe) {
        return by(recipe, false);
    }

    private static TranslatorTraining by(TranslatorRecipe recipe, boolean paired) {
        Objects.requireNonNull(recipe, "recipe");
        return new TranslatorTraining(recipe, paired, Bookkeeping.none());
    }

    /** Keeps a checkpoint in a folder, from which it goes on. */
    public TranslatorTraining checkpoints(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new TranslatorTraining(recipe, paired, books.checkpoints(folder));
    }

    /** Steps between checkpoints, and between sheets; 100 unless said. */
    public TranslatorTraining every(int count) {
        return new TranslatorTraining(recipe, paired, books.every(count));
    }

    /** Draws translations whenever a checkpoint is due: pictures of a, and below them what becomes of them. */
    public TranslatorTraining sheets(TrainingSheets where) {
        Objects.requireNonNull(where, "where");
        return new TranslatorTraining(recipe, paired, books.sheets(where));
    }

    /** Threads; two at most work. Results do not depend on it. */
    public TranslatorTraining threads(int count) {
        return new TranslatorTraining(recipe, paired, books.threads(count));
    }

    /**
     * Trains, from the checkpoint where there is one.
     *
     * @param a of the first domain
     * @param b of the second; as many as of a, in their order, where they are pairs
     * @throws io.github.rewrite4j.RewriteException when the loss is no longer finite, or the checkpoint is of another training
     */
    public TrainedNetwork<Munit> train(TrainingPictures a, TrainingPictures b, ProgressListener listener) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(listener, "listener");
        Backend.require();
        a.requireSize(recipe.size(), recipe.size());
        b.requireSize(recipe.size(), recipe.size());
        if (paired && a.count() != b.count()) {
            throw new IllegalArgumentException(
                    "Pairs have as many pictures of one domain as of the other, but given were " + a.count() + " and "
                            + b.count() + ": leave those out that have no partner, or train with cycles.");
        }
        try (Shards shards = books.shards(TranslatorRun.SHARDS)) {
            TranslatorRun run = paired
                    ? new PairedRun(recipe, a, b, shards, books.sheets())
                    : new CycledRun(recipe, a, b, shards, books.sheets());
            loop(a, b).run(run, listener);
            return run.finished();
        }
    }

    private TrainingLoop loop(TrainingPictures a, TrainingPictures b) {
        SortedMap<String, String> facts = new TreeMap<>(recipe.facts());
        facts.put("a", a.id());
        facts.put("b", b.id());
        facts.put("form", paired ? "pairs" : "cycles");
        return books.loop("training a translator", "translator-checkpoint", recipe.steps(), facts);
    }
}
