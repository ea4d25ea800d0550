package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Trainable;
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

    /**
     * The taped form of a memory, which it offers as a {@linkplain AssociativeMemory#capability capability} itself or as
     * {@link Trainable}.
     *
     * @throws RewriteException when it offers neither
     */
    static TapedMemory of(AssociativeMemory memory) {
        return memory.capability(TapedMemory.class)
                .or(() -> memory.capability(Trainable.class).map(StepsTaped::new))
                .orElseThrow(() -> refused(memory));
    }

    private static RewriteException refused(AssociativeMemory memory) {
        return new RewriteException("Gradients need a memory that offers the capability Trainable, as the cuts of"
                + " StyleGan2, SameDiffGenerator and OnnxGenerator do, but this is a "
                + memory.getClass().getSimpleName() + ".");
    }
}
