package io.github.rewrite4j.io.torch;

import java.util.Map;
import java.util.Objects;

/**
 * What a checkpoint says of a module beside its weights, where whole modules were saved: sizes, gains, settings.
 *
 * @param type name of its class, such as {@code SynthesisLayer}; with the name of the Python module in front where it is known
 * @param attributes plain ones by name: numbers (Long, Double), Boolean, texts, bytes, lists, maps and {@link TorchTensor}
 *     for arrays; None and objects are left out
 */
public record TorchModule(String type, Map<String, Object> attributes) {
    public TorchModule {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(attributes, "attributes");
        attributes = Map.copyOf(attributes);
    }
}
