package io.github.rewrite4j.samediff.graph.internal;

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A quicker way to variables of a graph, for whoever knows what the graph computes: operations at once and in reused
 * memory instead of a session that looks each of them up. Gives what the graph gives, up to rounding, and the same bits
 * for the same feeds however the graph was cut. Safe for concurrent runs.
 */
@FunctionalInterface
public interface Shortcut {
    /** None: everything runs through the graph. */
    Shortcut NONE = (feeds, outputs, reader) -> false;

    /**
     * Computes variables and shows each of them to a reader once.
     *
     * @param feeds arrays by name, which win over what would be computed; not changed, neither here nor by the caller
     *     between runs
     * @param outputs wanted variables
     * @param reader gets names and arrays, with any strides; an array is lent, and its contents change as soon as the
     *     reader returns
     * @return whether this knows all of the outputs; if not, nothing was done
     */
    boolean run(Map<String, INDArray> feeds, Collection<String> outputs, BiConsumer<String, INDArray> reader);
}
