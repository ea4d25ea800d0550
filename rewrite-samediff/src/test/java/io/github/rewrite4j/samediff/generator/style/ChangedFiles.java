package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies of safetensors files that are not quite the same. */
public final class ChangedFiles {
    private ChangedFiles() {}

    /** Without one tensor and with other metadata. */
    public static Path write(Path from, Path to, String without, Map<String, String> changes) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(from)) {
            TreeMap<String, INDArray> kept = new TreeMap<>();
            for (String name : tensors.names()) {
                if (!name.equals(without)) {
                    kept.put(name, tensors.load(name));
                }
            }
            TreeMap<String, String> metadata = new TreeMap<>(tensors.metadata());
            metadata.putAll(changes);
            SafeTensors.write(to, kept, metadata);
            return to;
        }
    }
}
