package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.samediff.perception.Supervised;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Trains an {@link AttributeNetwork}.
 *
 * <p>The loss is the mean over heads of the cross-entropy, each divided by the logarithm of its number of classes so that
 * guessing costs 1 everywhere, plus the mean squared error of the colours that are to be seen. Adam with clipped
 * gradients, a rate that falls along half a cosine, and an exponential moving average of the weights, which is what is
 * returned. The same recipe, pictures, backend and number of threads give the same bytes.
 */
public final class AttributeTraining {
    private static final double CLIP = 5;
    private static final double AVERAGED = 0.998;

    private final AttributeRecipe recipe;

    /** A training by a recipe. */
    public AttributeTraining(AttributeRecipe recipe) {
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
    public AttributeNetwork train(LabelledImages images, ProgressListener listener) {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(listener, "listener");
        int trained = Supervised.trained(
                images.count(),
                images.size(),
                recipe.holdOut(),
                recipe.batch(),
                recipe.architecture().size());
        Random random = new Random(recipe.seed());
        AttributeLayers layers = AttributeLayers.initial(
                recipe.architecture(), images.heads(), images.colours().size(), random);
        AttributeBatches batches = new AttributeBatches(images, trained, recipe, random);
        MovingAverage average = new Supervised(recipe.name(), recipe.steps(), recipe.rate(), CLIP, AVERAGED)
                .train(
                        layers.parameters(),
                        tape -> {
                            batches.next();
                            return loss(tape, layers, batches);
                        },
                        listener);
        AttributeNetwork network = new AttributeNetwork(
                recipe.name(),
                recipe.architecture(),
                images.heads(),
                images.colours(),
                AttributeLayers.of(recipe.architecture(), AttributeNetwork.rounded(average.averages())),
                Map.of());
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("recipe", Json.pretty(recipe));
        notes.put("seed", Long.toString(recipe.seed()));
        notes.put("trainedOn", trained + " pictures");
        notes.put(
                AttributeFile.SCORES,
                AttributeEvaluation.of(network, images, trained, images.count()).toJson());
        return network.withNotes(notes);
    }

    private static Node loss(Tape tape, AttributeLayers layers, AttributeBatches batches) {
        LabelledImages images = batches.images();
        List<AttributeHead> heads = images.heads();
        Node embedding = layers.embedding(layers.stages(batches.pictures(tape), tape::parameter), tape::parameter);
        boolean coloured = !images.colours().isEmpty();
        Node[] losses = new Node[heads.size() + (coloured ? 1 : 0)];
        float[] factors = new float[losses.length];
        for (int h = 0; h < heads.size(); h++) {
            AttributeHead head = heads.get(h);
            losses[h] = Dense.crossEntropy(layers.head(embedding, head, tape::parameter), batches.labels(h));
            factors[h] = (float) (1 / (heads.size() * Math.log(head.classes().size())));
        }
        if (coloured) {
            Node guessed = layers.colours(embedding, tape::parameter);
            losses[heads.size()] = Losses.weightedSquares(guessed, batches.colours(tape), batches.colourWeights());
            factors[heads.size()] = 1;
        }
        return Arithmetic.weightedSum(factors, losses);
    }
}
