package io.github.rewrite4j.samediff.generator;

import java.io.IOException;

/** A checkpoint whose layout was recognised. */
interface StyleGan2Layout {
    /** Size and needs, from names and shapes alone. */
    CheckpointEstimate estimate() throws IOException;

    /** Reads the weights. */
    GraphGenerator generator() throws IOException;
}
