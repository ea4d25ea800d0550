package io.github.rewrite4j.io;

import java.util.Objects;
import java.util.SortedMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fingerprints in the form in which metadata of files holds them. */
public final class Fingerprints {
    private Fingerprints() {}

    /**
     * The digits of {@link Fingerprint#of}.
     *
     * @param weights all weights of a network by name; of whatever layout and type that can be stored
     * @param architecture any text that tells networks apart whose weights could agree
     */
    public static String of(SortedMap<String, INDArray> weights, String architecture) {
        Objects.requireNonNull(weights, "weights");
        return Fingerprint.of(weights, architecture).hex();
    }
}
