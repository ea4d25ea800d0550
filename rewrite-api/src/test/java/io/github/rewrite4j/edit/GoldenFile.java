package io.github.rewrite4j.edit;

import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Tensors of a safetensors file among the test resources, made by independent implementations. */
public final class GoldenFile {
    private final SafeTensors tensors;

    private GoldenFile(SafeTensors tensors) {
        this.tensors = tensors;
    }

    public static GoldenFile open(String name) throws IOException {
        try (InputStream stream = GoldenFile.class.getResourceAsStream("/golden/" + name)) {
            return new GoldenFile(SafeTensors.read(Objects.requireNonNull(stream, name), name));
        }
    }

    /** All values of a tensor, whatever its type. */
    public double[] values(String tensor) throws IOException {
        return tensors.doubles(tensor);
    }

    public byte[] bytes(String tensor) throws IOException {
        return tensors.bytes(tensor);
    }
}
