package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.LinearStage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation with a weight of its own, found in somebody's graph.
 *
 * @param weight variable that holds the weight
 * @param factor what the operation reads: the weight itself, or what permutations, reshapes and constant factors make of it
 * @param op the operation
 * @param argument which of its inputs the factor is
 * @param key its data input
 * @param value its output after bias and activation
 * @param layout of the factor
 * @param dense whether this is a matrix product, whose keys are [N, C]
 * @param bias variable that is added per output channel, if any
 * @param activation after the bias: a leaky rectifier, or none
 * @param settings of a convolution or transposed convolution; null for other operations
 * @param transposed whether this is a transposed convolution
 * @param refusal why this cannot be rewritten; empty if it can
 */
public record FoundLayer(
        String weight,
        String factor,
        String op,
        int argument,
        String key,
        String value,
        WeightLayout layout,
        boolean dense,
        Optional<String> bias,
        Activation activation,
        @Nullable ConvolutionSettings settings,
        boolean transposed,
        Optional<String> refusal) {

    /** The stage on a key grid of this size, if it is of a form that allows a solve. */
    public Optional<LinearStage> stage(int height, int width) {
        if (dense) {
            return Optional.of(LinearStage.Convolution.same(1));
        }
        if (settings == null) {
            return Optional.empty();
        }
        return transposed ? settings.transposedStage(height, width) : settings.stage(height, width);
    }
}
