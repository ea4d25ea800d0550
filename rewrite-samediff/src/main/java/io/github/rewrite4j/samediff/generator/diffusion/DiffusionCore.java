package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.samediff.generator.internal.ExpansionTensors;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Networks, weights and number of steps that views of one generator share; the networks are freed with the last view.
 */
final class DiffusionCore {
    private static final int BATCH = 8;

    private final DiffusionNetwork network;
    private final DiffusionWeights weights;
    private final NoiseSchedule steps;
    private final Optional<LatentExpansion> expansion;
    private final GeneratorSpec spec;
    private int holders;

    DiffusionCore(DiffusionNetwork network, DiffusionWeights weights, int steps, Optional<LatentExpansion> expansion) {
        this.network = network;
        this.weights = weights;
        this.steps = network.schedule().respaced(steps);
        this.expansion = expansion;
        this.spec = spec(weights, steps, expansion);
    }

    private static GeneratorSpec spec(DiffusionWeights weights, int steps, Optional<LatentExpansion> expansion) {
        TreeMap<String, INDArray> tensors = new TreeMap<>();
        weights.parameters().forEach((name, p) -> tensors.put(name, p.toArray()));
        tensors.put("noise", Nd4j.createFromArray(weights.noise()));
        expansion.ifPresent(found -> tensors.putAll(ExpansionTensors.identity(found)));
        String fingerprint = Fingerprints.of(
                tensors,
                weights.architecture() + " in " + steps + " steps"
                        + expansion.map(found -> found.domains().toString()).orElse(""));
        int side = weights.architecture().imageSize();
        return new GeneratorSpec(
                weights.architecture().toString(), fingerprint, fingerprint, 3, side, side, weights.count());
    }

    DiffusionNetwork network() {
        return network;
    }

    DiffusionWeights weights() {
        return weights;
    }

    NoiseSchedule steps() {
        return steps;
    }

    Optional<LatentExpansion> expansion() {
        return expansion;
    }

    GeneratorSpec spec() {
        return spec;
    }

    synchronized DiffusionCore held() {
        holders++;
        return this;
    }

    synchronized void letGo() {
        holders--;
        if (holders == 0) {
            network.close();
        }
    }

    InputSampler latents() {
        return new CloudSampler(weights.latents());
    }

    private Function<String, Node> frozen(Tape tape) {
        return name -> tape.frozen(DiffusionTraining.parameter(weights.parameters(), name));
    }

    /** x_T of so many samples, all the same. */
    Node noise(Tape tape, int n) {
        float[] one = weights.noise();
        float[] all = new float[n * one.length];
        for (int i = 0; i < n; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        int side = weights.architecture().imageSize();
        return tape.constant(all, n, 3, side, side);
    }

    /**
     * The pictures of vectors z [N, d].
     *
     * @param given x_T of each sample, or empty for the fixed one
     */
    INDArray images(float[] z, Optional<INDArray> given) {
        int d = weights.architecture().style();
        int side = weights.architecture().imageSize();
        int row = 3 * side * side;
        int n = z.length / d;
        float[] noise = given.map(HostArrays::of).orElse(new float[0]);
        if (noise.length > 0 && noise.length != n * row) {
            throw new IllegalArgumentException("The input '" + CloudSampler.NOISE + "' has the shape "
                    + Arrays.toString(given.orElseThrow().shape()) + ", but expected was [" + n + ", 3, " + side + ", "
                    + side + "].");
        }
        float[] all = new float[n * row];
        try (Tape tape = new Tape()) {
            for (int from = 0; from < n; from += BATCH) {
                int count = Math.min(BATCH, n - from);
                float[] part = Arrays.copyOfRange(z, from * d, (from + count) * d);
                float[] mixed = noise.length == 0
                        ? repeated(count)
                        : Arrays.copyOfRange(noise, from * row, (from + count) * row);
                for (int i = steps.steps() - 1; i >= 0; i--) {
                    Node next = network.stepDown(
                            tape,
                            tape.constant(mixed, count, 3, side, side),
                            i,
                            steps,
                            tape.constant(part, count, d),
                            frozen(tape));
                    mixed = Arrays.copyOf(Layout.CHANNELS_FIRST.of(next).value(), count * row);
                    tape.clear();
                }
                System.arraycopy(mixed, 0, all, from * row, count * row);
            }
        }
        for (float number : all) {
            if (!Float.isFinite(number)) {
                throw new RewriteException("The pictures hold " + number + ": look for damaged weights.");
            }
        }
        return Nd4j.create(all, new long[] {n, 3, side, side}, 'c');
    }

    private float[] repeated(int n) {
        float[] one = weights.noise();
        float[] all = new float[n * one.length];
        for (int i = 0; i < n; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    /** z and x_T of pictures, so that the steps draw them again. */
    Inputs encode(INDArray images, int count) {
        int side = weights.architecture().imageSize();
        int d = weights.architecture().style();
        int row = 3 * side * side;
        if (images.rank() != 4 || images.size(1) != 3 || images.size(2) != side || images.size(3) != side) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(images.shape())
                    + ", but expected was [N, 3, " + side + ", " + side + "] in [-1, 1].");
        }
        NoiseSchedule up = network.schedule().respaced(count);
        int n = (int) images.size(0);
        float[] pixels = HostArrays.of(images);
        float[] z = new float[n * d];
        float[] noise = new float[n * row];
        try (Tape tape = new Tape()) {
            for (int from = 0; from < n; from += BATCH) {
                int size = Math.min(BATCH, n - from);
                float[] mixed = Arrays.copyOfRange(pixels, from * row, (from + size) * row);
                Node style = network.encode(tape, tape.constant(mixed, size, 3, side, side), frozen(tape));
                float[] part = Arrays.copyOf(style.value(), size * d);
                System.arraycopy(part, 0, z, from * d, size * d);
                tape.clear();
                for (int i = 0; i < up.steps(); i++) {
                    Node next = network.stepUp(
                            tape,
                            tape.constant(mixed, size, 3, side, side),
                            i,
                            up,
                            tape.constant(part, size, d),
                            frozen(tape));
                    mixed = Arrays.copyOf(Layout.CHANNELS_FIRST.of(next).value(), size * row);
                    tape.clear();
                }
                System.arraycopy(mixed, 0, noise, from * row, size * row);
            }
        }
        return Inputs.of(CloudSampler.Z, Nd4j.create(z, new long[] {n, d}, 'c'))
                .with(CloudSampler.NOISE, Nd4j.create(noise, new long[] {n, 3, side, side}, 'c'));
    }

    /** z of inputs, before anything is moved or projected. */
    float[] z(Inputs inputs) {
        INDArray given = inputs.get(CloudSampler.Z);
        int d = weights.architecture().style();
        if (given.rank() != 2 || given.size(1) != d) {
            throw new IllegalArgumentException("The input '" + CloudSampler.Z + "' has the shape "
                    + Arrays.toString(given.shape()) + ", but expected was [N, " + d + "].");
        }
        return HostArrays.of(given);
    }

    static Optional<INDArray> noise(Inputs inputs) {
        return Optional.ofNullable(inputs.arrays().get(CloudSampler.NOISE));
    }

    /** Copies of the U-Net's weights. */
    java.util.List<Parameter> trained() {
        return network.unetWeights().keySet().stream()
                .map(name -> {
                    Parameter p = DiffusionTraining.parameter(weights.parameters(), name);
                    return new Parameter(name, p.value().clone(), p.shape());
                })
                .toList();
    }

    static RewriteException notCut() {
        return new RewriteException(
                "The weights of a diffusion autoencoder run once in every step between noise and picture,"
                        + " so that no cut through them is one memory: they can be trained, as new domains do (expand), but not"
                        + " rewritten layer by layer. Rewrite a style-based generator, or expand this one.");
    }
}
