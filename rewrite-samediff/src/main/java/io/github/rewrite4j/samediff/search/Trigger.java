package io.github.rewrite4j.samediff.search;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.RuleHeat;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a search looks for: something that answers the keys of a layer with one number for each cell. Immutable. */
public final class Trigger {
    private final String id;
    private final UnaryOperator<INDArray> heat;

    private Trigger(String id, UnaryOperator<INDArray> heat) {
        this.id = id;
        this.heat = heat;
    }

    /**
     * A context: heat(x) = &lt;k(x), d&gt; with the direction d of the marked keys, whitened by the second moment of all keys
     * (Bau et al. 2020), so that what most keys have in common does not count.
     *
     * @param memory the layer to look at
     * @param selections what is marked; nothing is added to them
     * @param covariance of the memory's keys
     * @throws io.github.rewrite4j.SingularSystemException when the keys' second moment is singular
     */
    public static Trigger context(AssociativeMemory memory, List<Selection> selections, KeyCovariance covariance) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(selections, "selections");
        Objects.requireNonNull(covariance, "covariance");
        return direction(contextDirection(memory, selections, covariance));
    }

    /**
     * The direction that {@link #context(AssociativeMemory, List, KeyCovariance)} follows, for {@link #direction} elsewhere.
     *
     * @return [1, channels]
     */
    public static Matrix contextDirection(
            AssociativeMemory memory, List<Selection> selections, KeyCovariance covariance) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(selections, "selections");
        Objects.requireNonNull(covariance, "covariance");
        if (selections.isEmpty()) {
            throw new IllegalArgumentException("Mark at least one region of one image to search for its like.");
        }
        Edit marked = new Edit(selections.get(0), List.of(), selections);
        return ContextDirections.zca().directions(covariance, EditCompiler.context(memory, marked), 1);
    }

    /** A context of given keys; see {@link #context(AssociativeMemory, List, KeyCovariance)}. */
    public static Trigger context(SelectedKeys marked, KeyCovariance covariance) {
        Objects.requireNonNull(marked, "marked");
        Objects.requireNonNull(covariance, "covariance");
        return direction(ContextDirections.zca().directions(covariance, marked, 1));
    }

    /**
     * A direction of key space: heat(x) = &lt;k(x), d&gt;.
     *
     * @param direction [1, channels]
     */
    public static Trigger direction(Matrix direction) {
        if (direction.rows() != 1) {
            throw new IllegalArgumentException("A search follows one direction, but got " + direction.rows()
                    + ": take the first, or make one of them.");
        }
        TreeMap<String, INDArray> content = new TreeMap<>();
        content.put("direction", direction.toArray());
        float[] d = HostArrays.of(direction.toArray());
        return new Trigger("context " + Fingerprints.of(content, "direction"), keys -> along(d, keys));
    }

    /**
     * A rule that a patch has changed: heat(x) = |dW k| / |W k| by the layer's linear stage.
     *
     * @param memory one layer of known form, before the patch
     * @throws RewriteException when the patch leaves this layer alone
     */
    public static Trigger rule(AssociativeMemory memory, Patch patch) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        RuleHeat rule = RuleHeat.at(memory, patch);
        return new Trigger(
                "rule " + patch.id() + " over " + memory.spec().generator().fingerprint(), rule::of);
    }

    private static INDArray along(float[] d, INDArray keys) {
        if (keys.size(1) != d.length) {
            throw new RewriteException("The direction has " + d.length + " channels, the keys have " + keys.size(1)
                    + ": search at the layer that it was found at.");
        }
        float[] all = HostArrays.of(keys);
        int samples = (int) keys.size(0);
        int plane = (int) (keys.size(2) * keys.size(3));
        float[] heat = new float[samples * plane];
        for (int n = 0; n < samples; n++) {
            for (int c = 0; c < d.length; c++) {
                float factor = d[c];
                int from = (n * d.length + c) * plane;
                int to = n * plane;
                for (int p = 0; p < plane; p++) {
                    heat[to + p] += factor * all[from + p];
                }
            }
        }
        return Nd4j.createFromArray(heat).reshape(samples, keys.size(2), keys.size(3));
    }

    /** Tells triggers apart, for caches. */
    String id() {
        return id;
    }

    /**
     * How much each cell answers.
     *
     * @param keys [N, C, h, w]
     * @return float32 [N, h', w']
     */
    public INDArray heat(INDArray keys) {
        Objects.requireNonNull(keys, "keys");
        return heat.apply(keys);
    }
}
