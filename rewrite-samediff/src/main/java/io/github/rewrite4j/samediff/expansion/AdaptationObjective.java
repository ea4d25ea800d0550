package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What should be drawn in a new domain. Implementations are immutable and are asked by several threads at once.
 *
 * <pre>{@code
 * AdaptationObjective red = new AdaptationObjective() {
 *     public String name() { return "red"; }
 *     public Node loss(Tape tape, AdaptationBatch batch) {
 *         return Losses.l1(batch.edit(), Channels.affine(batch.source(), RED, NOTHING));
 *     }
 * };
 * }</pre>
 */
public interface AdaptationObjective {
    /** Name of the domain. */
    String name();

    /**
     * How far the images of the domain are from what they should be, the smaller the better.
     *
     * @return a scalar, the mean over the samples of the batch, with a gradient to {@link AdaptationBatch#edit()}
     */
    Node loss(Tape tape, AdaptationBatch batch);

    /**
     * Latents [k, d] that this objective is about, of which {@link AdaptationBatch#anchors()} then says the number; empty
     * for the generator's own samples.
     */
    default Optional<INDArray> anchors() {
        return Optional.empty();
    }

    /** Facts about this objective that are written into the recipe, and by which an interrupted training is recognised. */
    default Map<String, String> recipe() {
        return Map.of();
    }
}
