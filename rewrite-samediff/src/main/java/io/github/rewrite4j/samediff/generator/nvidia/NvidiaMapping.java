package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The mapping from z and label to w, which is the same in NVIDIA's StyleGAN2 and StyleGAN3: z and the embedded label are
 * normalised each, joined, and sent through {@code fc0}, {@code fc1}, ... with weights 100 times as large as they act.
 */
final class NvidiaMapping {
    private static final double RATE = 0.01;
    private static final String EMBEDDING = "mapping.embed";
    static final String MEAN = "mapping.w_avg";

    private final NvidiaModules modules;
    private final int depth;

    NvidiaMapping(NvidiaModules modules) {
        this.modules = modules;
        this.depth = Math.max(1, modules.reader().count("mapping.fc", ".weight"));
    }

    private static String layer(int i) {
        return "mapping.fc" + i;
    }

    int depth() {
        return depth;
    }

    /** Numbers of w. */
    long latent() throws IOException {
        return modules.reader().size(MEAN, 0);
    }

    /** Numbers of a label; 0 for a network without classes. */
    long classes() throws IOException {
        return Math.max(0, modules.reader().size(EMBEDDING + ".weight", 1));
    }

    /** Numbers of z. */
    long inputSize() throws IOException {
        long embedded = Math.max(0, modules.reader().size(EMBEDDING + ".weight", 0));
        return modules.reader().size(layer(0) + ".weight", 1) - embedded;
    }

    /** Adds all tensors with their shapes. */
    void expect(Map<String, long[]> expected) throws IOException {
        CheckpointReader reader = modules.reader();
        expected.put(MEAN, new long[] {-1});
        if (classes() > 0) {
            expected.put(EMBEDDING + ".weight", new long[] {-1, -1});
            expected.put(EMBEDDING + ".bias", new long[] {reader.size(EMBEDDING + ".weight", 0)});
        }
        long in = -1;
        for (int i = 0; i < depth; i++) {
            long out = i == depth - 1 ? latent() : reader.size(layer(i) + ".weight", 0);
            expected.put(layer(i) + ".weight", new long[] {out, in});
            expected.put(layer(i) + ".bias", new long[] {out});
            in = out;
        }
    }

    /** Requires what the formulas know: z as long as it is said to be, leaky rectifiers. */
    void check() throws IOException {
        if (inputSize() < 1) {
            throw modules.wrong(layer(0), "weight", "has no columns for z beside the embedded label");
        }
        Optional<Double> said = modules.number("mapping", "z_dim");
        if (said.isPresent() && said.get() != inputSize()) {
            throw modules.wrong("mapping", "z_dim", "is " + said.get() + ", but the weights read " + inputSize());
        }
        for (int i = 0; i < depth; i++) {
            String activation = modules.text(layer(i), "activation").orElse("lrelu");
            if (!activation.equals("lrelu")) {
                throw modules.wrong(layer(i), "activation", "is not 'lrelu', which is the only one that is read");
            }
        }
    }

    List<Dense> layers(Map<String, INDArray> weights) throws IOException {
        List<Dense> layers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            layers.add(modules.dense(layer(i), RATE, weights));
        }
        return layers;
    }

    Optional<Dense> embedding(Map<String, INDArray> weights) throws IOException {
        return classes() > 0 ? Optional.of(modules.dense(EMBEDDING, 1, weights)) : Optional.empty();
    }

    /** Words about it, for instance {@code latent 512, mapping of 8, 10 classes}. */
    String words() throws IOException {
        return "latent " + latent() + ", mapping of " + depth + (classes() > 0 ? ", " + classes() + " classes" : "");
    }
}
