package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.RuleWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An inpainter of a few channels, with weights by rule. */
public final class SmallInpainter {
    private SmallInpainter() {}

    static RuleWeights weights() throws IOException {
        RuleWeights weights = new RuleWeights("rfr_weights_rule.json");
        Map<String, long[]> smaller = new LinkedHashMap<>();
        for (String name : weights.names()) {
            long[] shape = weights.shape(name);
            for (int axis = 0; axis < Math.min(2, shape.length); axis++) {
                boolean colours = shape[axis] == 3 || shape[axis] == 1;
                shape[axis] = colours ? shape[axis] : shape[axis] == 67 ? 11 : Math.max(2, shape[axis] / 8);
            }
            smaller.put(name, shape);
        }
        return weights.resized(smaller);
    }

    /** As a file, with names under {@code prefix}. */
    public static Path write(Path file, String prefix, Consumer<Map<String, INDArray>> change) throws IOException {
        TreeMap<String, INDArray> state = new TreeMap<>();
        RuleWeights weights = weights();
        for (String name : weights.names()) {
            state.put(prefix + name, weights.load(name));
        }
        change.accept(state);
        SafeTensors.write(file, state, Map.of());
        return file;
    }
}
