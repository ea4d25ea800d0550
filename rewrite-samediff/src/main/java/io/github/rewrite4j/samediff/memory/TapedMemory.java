package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Map;

/**
 * A memory whose rule and decoder run on a tape, so that gradients reach its weights and its values. The rest of the
 * generator is as it was when this was made.
 */
public interface TapedMemory {
    /**
     * values(keys) with weights of the caller's.
     *
     * @param keys with the side tensors of {@link AssociativeMemory#keys}
     * @param weights all weights of the memory by name, canonical [out, in, kernel height, kernel width]
     * @return value and the side tensors that the decoder reads
     */
    Taped values(Tape tape, Taped keys, Map<String, Node> weights);

    /** The images [N, C, H, W] that the rest of the generator draws from values. */
    Node decode(Tape tape, Taped values);

    /** Whether this runs on the tape's own operations, rather than through the generator's graph. */
    boolean fused();

    /**
     * The taped form of a memory of this library: fused where the generator offers it, through its graph otherwise.
     *
     * @throws RewriteException when the memory is not a cut of a graph
     */
    static TapedMemory of(AssociativeMemory memory) {
        return graphMemory(memory).taped();
    }

    /** The taped form through the generator's SameDiff graph: slower, for any graph, and the oracle of the fused one. */
    static TapedMemory throughGraph(AssociativeMemory memory) {
        return graphMemory(memory).tapedThroughGraph();
    }

    private static GraphMemory graphMemory(AssociativeMemory memory) {
        if (memory instanceof GraphMemory graph) {
            return graph;
        }
        throw new RewriteException("Gradients need a memory that is a cut of a graph, as those of StyleGan2 and"
                + " SameDiffGenerator are, but this is a " + memory.getClass().getSimpleName() + ".");
    }
}
