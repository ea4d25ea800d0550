package io.github.rewrite4j.edit;

import io.github.rewrite4j.Keys;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an edit becomes at a memory: these keys should give these values. Sample n of the batch is the n-th paste.
 *
 * @param keys k*, with the side tensors of the samples that were pasted into
 * @param goal v*, [N, C, h, w]: the samples' own values with the object pasted over them
 * @param boxes the part of each value map that the rule is about: the bounding box of the pasted object
 */
public record Rule(Keys keys, INDArray goal, List<Box> boxes) {
    public Rule {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(boxes, "boxes");
        boxes = List.copyOf(boxes);
        if (keys.size() != boxes.size() || goal.size(0) != boxes.size()) {
            throw new IllegalArgumentException("A rule has as many keys, goals and boxes, but got " + keys.size() + ", "
                    + goal.size(0) + " and " + boxes.size() + ".");
        }
    }
}
