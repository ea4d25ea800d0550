package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;

/** A frozen network through which gradients flow to the pictures: what losses in feature space are made of. */
public interface TapedFeatures {
    /** What reports call it. */
    String name();

    /**
     * The maps of its stages.
     *
     * @param images [N, 3, H, W] in [-1, 1]
     * @return maps [N, C, h, w], fine ones first; who reads their arrays asks a {@link
     *     io.github.rewrite4j.samediff.tape.Layout} for its order
     */
    List<Node> features(Tape tape, Node images);

    /**
     * The vector that a whole picture becomes.
     *
     * @param images [N, 3, H, W] in [-1, 1]
     * @return [N, d]
     */
    Node embedding(Tape tape, Node images);
}
