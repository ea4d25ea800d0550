package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Colours;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.UnitFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * How different pictures look to a network, with gradients: the distance inside LPIPS (Zhang et al. 2018) with weights
 * 1 / C, added up over the stages of any network, and called by that network's name.
 */
public final class PerceptualLoss {
    private final TapedFeatures network;

    /** Distances as a network sees them. */
    public PerceptualLoss(TapedFeatures network) {
        Objects.requireNonNull(network, "network");
        this.network = network;
    }

    /** The name of the network that looks. */
    public String network() {
        return network.name();
    }

    /**
     * The distance, a mean over the samples.
     *
     * @param images [N, 3, H, W] in [-1, 1], or grey ones [N, 1, H, W]; gradients flow to these
     * @param reference of the same shape, taken as fixed
     */
    public Node between(Tape tape, Node images, Node reference) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(reference, "reference");
        List<Node> a = network.features(tape, Colours.of(images));
        List<Node> b = network.features(tape, Colours.of(tape.detach(reference)));
        Node[] distances = new Node[a.size()];
        float[] ones = new float[distances.length];
        Arrays.fill(ones, 1);
        for (int i = 0; i < distances.length; i++) {
            float[] weights = new float[a.get(i).size(1)];
            Arrays.fill(weights, 1f / weights.length);
            distances[i] = UnitFeatures.distance(a.get(i), b.get(i), weights);
        }
        return Arithmetic.weightedSum(ones, distances);
    }
}
