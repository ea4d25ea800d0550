package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The editable weights of a generator, [out, in, kernel height, kernel width] by name. */
public final class EffectiveWeights {
    private EffectiveWeights() {}

    /** Copies, with the patches in force. */
    public static Map<String, INDArray> of(Generator generator) {
        if (generator instanceof GraphGenerator graph) {
            return graph.canonicalWeights();
        }
        Map<String, INDArray> weights = new LinkedHashMap<>();
        for (Layer layer : generator.layers()) {
            AssociativeMemory memory = generator.memory(layer.name());
            weights.putAll(memory.weights());
        }
        return weights;
    }

    /** Copies, as they are without any patch. */
    public static Map<String, INDArray> unpatched(Generator generator) {
        if (generator.patches().isEmpty()) {
            return of(generator);
        }
        AppliedPatch first = generator.patches().get(0);
        try (Generator fewer = generator.without(first.patch())) {
            return unpatched(fewer);
        }
    }
}
