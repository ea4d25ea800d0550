package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is behind a latent, with weights of its own: a generator as it is, a dedicated adaptation, or a mixture of two. It
 * draws latents, projected by the caller where they should be. A view of a generator; use it while that is open. Immutable.
 */
public final class AdaptedNetwork {
    private static final int AT_ONCE = 16;
    private static final int SHARDS = 2;

    private final LatentNetwork network;
    private final Map<String, Parameter> weights;

    AdaptedNetwork(LatentNetwork network, Collection<Parameter> weights) {
        this.network = network;
        this.weights = new LinkedHashMap<>();
        weights.forEach(p -> this.weights.put(p.name(), p));
    }

    /** A generator with the weights in force. */
    public static AdaptedNetwork of(LatentNetwork network) {
        return new AdaptedNetwork(network, network.parameters());
    }

    /**
     * This plus {@code share} of the way between two others, weight by weight: {@code a.plus(t, a, b)} interpolates from a
     * to b, {@code a.plus(t, source, b)} adds to a what b has learnt.
     */
    public AdaptedNetwork plus(double share, AdaptedNetwork from, AdaptedNetwork to) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        List<Parameter> mixed = new ArrayList<>();
        weights.forEach((name, p) -> {
            float[] a = from.weight(name).value();
            float[] b = to.weight(name).value();
            float[] value = p.value().clone();
            for (int i = 0; i < value.length; i++) {
                value[i] += (float) (share * (b[i] - a[i]));
            }
            mixed.add(new Parameter(name, value, p.shape()));
        });
        return new AdaptedNetwork(network, mixed);
    }

    private Parameter weight(String name) {
        Parameter found = weights.get(name);
        if (found == null) {
            throw new IllegalArgumentException("There is no weight '" + name + "'; there are " + weights.keySet()
                    + ": mix adaptations of one generator only.");
        }
        return found;
    }

    /** As {@link #images(double[][], ProgressListener)} without a listener. */
    public INDArray images(double[][] latents) {
        return images(latents, ProgressListener.SILENT);
    }

    /**
     * The images of latents, sixteen at a time on up to two threads, of which results do not depend.
     *
     * @param latents one a row
     * @return new array [N, 3, H, W], not clipped
     */
    public INDArray images(double[][] latents, ProgressListener listener) {
        Objects.requireNonNull(latents, "latents");
        Objects.requireNonNull(listener, "listener");
        float[][] parts = new float[(latents.length + AT_ONCE - 1) / AT_ONCE][];
        int[][] shape = new int[1][];
        try (Shards shards =
                new Shards(SHARDS, Math.min(SHARDS, Runtime.getRuntime().availableProcessors()))) {
            for (int first = 0; first < parts.length; first += SHARDS) {
                listener.report(Stage.DRAWING, first * AT_ONCE, latents.length);
                int start = first;
                shards.run((tape, shard) -> {
                    int part = start + shard;
                    if (part < parts.length) {
                        int from = part * AT_ONCE;
                        double[][] rows = Arrays.copyOfRange(latents, from, Math.min(latents.length, from + AT_ONCE));
                        Node images = images(tape, rows);
                        parts[part] = Arrays.copyOf(images.value(), images.length());
                        if (part == 0) {
                            shape[0] = images.shape();
                        }
                    }
                    return 0;
                });
            }
        }
        return joined(parts, shape[0], latents.length);
    }

    private Node images(Tape tape, double[][] latents) {
        int d = latents[0].length;
        float[] flat = new float[latents.length * d];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) latents[i / d][i % d];
        }
        return network.images(tape, tape.constant(flat, latents.length, d), name -> tape.frozen(weight(name)), null);
    }

    private static INDArray joined(float[][] parts, int[] shape, int count) {
        long[] whole = Arrays.stream(shape).asLongStream().toArray();
        whole[0] = count;
        float[] all = new float[Math.toIntExact(Arrays.stream(whole).reduce(1, Math::multiplyExact))];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return Nd4j.create(all, whole, 'c');
    }
}
