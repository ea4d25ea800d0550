package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Objects;

/**
 * A network whose embeddings have length one, as those that are compared by their cosine do: a joint space of pictures and
 * texts, such as CLIP's. Maps stay as they are.
 *
 * @param network makes the embeddings
 */
public record UnitEmbedding(TapedFeatures network) implements TapedFeatures {
    public UnitEmbedding {
        Objects.requireNonNull(network, "network");
    }

    @Override
    public String name() {
        return network.name();
    }

    @Override
    public List<Node> features(Tape tape, Node images) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(images, "images");
        return network.features(tape, images);
    }

    @Override
    public Node embedding(Tape tape, Node images) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(images, "images");
        return Dense.unit(network.embedding(tape, images));
    }
}
