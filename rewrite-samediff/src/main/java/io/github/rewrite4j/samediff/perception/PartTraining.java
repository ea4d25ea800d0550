package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Trains a {@link PartNetwork} by the binary cross-entropy of every part at every pixel; {@link Supervised} says how. The same recipe,
 * pictures, backend and number of threads give the same bytes.
 */
public final class PartTraining {
    private static final double CLIP = 1;
    private static final double AVERAGED = 0.99;

    private final PartRecipe recipe;

    /** A training by a recipe. */
    public PartTraining(PartRecipe recipe) {
        Objects.requireNonNull(recipe, "recipe");
        this.recipe = recipe;
    }

    /**
     * Trains on all pictures but the last ones, which are held out, and measures on those.
     *
     * @return a network whose notes hold the recipe, the seed and the scores
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     * @throws io.github.rewrite4j.NotFiniteException when the loss is no longer finite
     */
    public PartNetwork train(PartPictures pictures, ProgressListener listener) {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        int trained = Supervised.trained(
                pictures.count(),
                pictures.size(),
                recipe.holdOut(),
                recipe.batch(),
                recipe.architecture().size());
        Random random = new Random(recipe.seed());
        PartLayers layers =
                PartLayers.initial(recipe.architecture(), pictures.parts().size(), random);
        PartBatches batches = new PartBatches(pictures, trained, recipe.batch(), random);
        MovingAverage average = new Supervised(recipe.name(), recipe.steps(), recipe.rate(), CLIP, AVERAGED)
                .train(
                        layers.parameters(),
                        tape -> {
                            batches.next();
                            Node logits = layers.logits(batches.pictures(tape), tape::parameter);
                            return Losses.binaryCrossEntropy(logits, batches.masks());
                        },
                        listener);
        PartNetwork network = new PartNetwork(
                recipe.name(),
                recipe.architecture(),
                pictures.parts(),
                PartLayers.of(recipe.architecture(), PartNetwork.rounded(average.averages())),
                Map.of());
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("recipe", Json.pretty(recipe));
        notes.put("seed", Long.toString(recipe.seed()));
        notes.put("trainedOn", trained + " pictures");
        notes.put(
                PartFile.SCORES,
                PartScores.of(network, pictures, trained, pictures.count()).toJson());
        return network.withNotes(notes);
    }
}
