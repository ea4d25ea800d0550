package io.github.rewrite4j.samediff;

import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Numbers of independent implementations among the test resources. */
public final class GoldenFile {
    private final SafeTensors tensors;

    private GoldenFile(SafeTensors tensors) {
        this.tensors = tensors;
    }

    /** Opens golden/NAME.safetensors. */
    public static GoldenFile open(String name) {
        return resource("/golden/" + name + ".safetensors");
    }

    /** Opens a resource. */
    public static GoldenFile resource(String path) {
        try (InputStream in = Objects.requireNonNull(GoldenFile.class.getResourceAsStream(path), path)) {
            return new GoldenFile(SafeTensors.read(in, path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tensor in its own type. */
    public INDArray array(String name) {
        try {
            return tensors.load(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tensor of rank 1 (as one column) or 2 in float64. */
    public Matrix matrix(String name) {
        return Matrix.of(array(name));
    }

    /** The values of a tensor, row by row. */
    public double[] doubles(String name) {
        try {
            return tensors.doubles(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
