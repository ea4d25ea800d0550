package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.samediff.graph.Shortcut;
import io.github.rewrite4j.samediff.memory.TapedForm;

/**
 * What a generator that knows its own architecture offers besides its graph.
 *
 * @param taped its cuts on the tape's own operations
 * @param latent the generator seen from its latent
 * @param shortcut a quicker way to the graph's variables
 */
public record Forms(TapedForm taped, LatentForm latent, Shortcut shortcut) {
    /** Nothing. */
    public static final Forms NONE = new Forms(TapedForm.NONE, LatentForm.NONE, Shortcut.NONE);
}
