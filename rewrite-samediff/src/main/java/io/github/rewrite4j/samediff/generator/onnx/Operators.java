package io.github.rewrite4j.samediff.generator.onnx;

import java.util.HashMap;
import java.util.Map;

/** Every operator that this library knows, by its name in the standard's own domain. */
final class Operators {
    static final Map<String, Operator> ALL = all();

    private Operators() {}

    private static Map<String, Operator> all() {
        Map<String, Operator> all = new HashMap<>();
        Arithmetic.register(all);
        Activations.register(all);
        Convolutions.register(all);
        Pooling.register(all);
        Padding.register(all);
        Resizing.register(all);
        Normalisation.register(all);
        Products.register(all);
        Reductions.register(all);
        Structure.register(all);
        Blocks.register(all);
        Selection.register(all);
        Quantisation.register(all);
        Warping.register(all);
        return Map.copyOf(all);
    }
}
