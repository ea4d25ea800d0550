package io.github.rewrite4j.benchmarks.check;

import io.github.rewrite4j.io.SafeTensors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Activations and images of the bundled generator for three latents, computed in float64 by an independent implementation
 * and stored in float32.
 */
final class ReferenceNumbers {
    private static final String FILE = "avatar-stylegan64-parity.safetensors";

    private final Map<String, INDArray> arrays;

    private ReferenceNumbers(Map<String, INDArray> arrays) {
        this.arrays = arrays;
    }

    static ReferenceNumbers load() throws IOException {
        try (InputStream in = ReferenceNumbers.class.getResourceAsStream("/avatars/" + FILE)) {
            if (in == null) {
                throw new FileNotFoundException("The reference numbers " + FILE
                        + " are missing from the class path: build the benchmarks again.");
            }
            try (SafeTensors tensors = SafeTensors.read(in, FILE)) {
                Map<String, INDArray> arrays = new HashMap<>();
                for (String name : tensors.names()) {
                    arrays.put(name, tensors.load(name));
                }
                return new ReferenceNumbers(arrays);
            }
        }
    }

    boolean has(String name) {
        return arrays.containsKey(name);
    }

    INDArray get(String name) {
        INDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("There are no reference numbers '" + name + "'.");
        }
        return array;
    }
}
