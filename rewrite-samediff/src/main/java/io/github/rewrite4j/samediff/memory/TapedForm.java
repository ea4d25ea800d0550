package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.samediff.graph.GraphLayer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a generator that knows its own architecture offers: its cuts on the tape's own operations. */
@FunctionalInterface
public interface TapedForm {
    /** None: training goes through the graph. */
    TapedForm NONE = (layers, weights) -> Optional.empty();

    /**
     * The fused form of a cut, if there is one.
     *
     * @param layers of the memory, first to last
     * @param weights all editable weights in the graph's layout
     */
    Optional<TapedMemory> of(List<GraphLayer> layers, Map<String, INDArray> weights);
}
