package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.generator.CheckpointEstimate;
import io.github.rewrite4j.samediff.generator.GraphGenerator;
import java.io.IOException;

/** A checkpoint whose layout was recognised. */
public interface StyleGan2Layout {
    /** Size and needs, from names and shapes alone. */
    CheckpointEstimate estimate() throws IOException;

    /** Reads the weights. */
    GraphGenerator generator() throws IOException;
}
