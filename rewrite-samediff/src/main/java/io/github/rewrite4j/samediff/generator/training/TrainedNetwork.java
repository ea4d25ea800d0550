package io.github.rewrite4j.samediff.generator.training;

import io.github.rewrite4j.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a training made.
 *
 * @param network as its family's loader gives it
 * @param file its weights, in the layout that its family reads
 * @param <T> of the family
 */
public record TrainedNetwork<T>(T network, SafeTensorsWriter file) {
    public TrainedNetwork {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(file, "file");
    }

    /** Writes the weights as safetensors. */
    public void save(Path to) throws IOException {
        Objects.requireNonNull(to, "to");
        file.write(to);
    }
}
