package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.samediff.graph.Shortcut;
import io.github.rewrite4j.samediff.memory.TapedForm;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a generator that knows its own architecture offers besides its graph.
 *
 * @param taped its cuts on the tape's own operations
 * @param latent the generator seen from its latent
 * @param shortcut a quicker way to the graph's variables
 * @param defaults inputs that may be left out, [1, ...]
 */
public record Forms(TapedForm taped, LatentForm latent, Shortcut shortcut, Map<String, INDArray> defaults) {
    /** Nothing. */
    public static final Forms NONE = new Forms(TapedForm.NONE, LatentForm.NONE, Shortcut.NONE, Map.of());

    public Forms {
        defaults = Map.copyOf(defaults);
    }
}
