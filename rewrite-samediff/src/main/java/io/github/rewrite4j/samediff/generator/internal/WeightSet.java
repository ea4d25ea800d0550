package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The editable weights of one generator, in the layout of its graph. Sets derived by patches share the arrays that no
 * patch changes.
 */
final class WeightSet {
    private final Map<String, SharedArray> arrays;

    private WeightSet(Map<String, SharedArray> arrays) {
        this.arrays = Collections.unmodifiableMap(arrays);
    }

    /** Takes over the arrays, which are in graph layout. */
    static WeightSet owning(Map<String, INDArray> arrays) {
        TreeMap<String, SharedArray> shared = new TreeMap<>();
        arrays.forEach((name, array) -> shared.put(name, new SharedArray(array)));
        return new WeightSet(shared);
    }

    /** Another holder of the same arrays. */
    WeightSet share() {
        return patched(Map.of(), List.of());
    }

    /**
     * These weights, taken as the base, with patches: W + sum of strength dW, summed in float64 in an order that depends on
     * the patches alone and rounded once. A weight that no patch changes is the base's own array.
     *
     * @throws io.github.rewrite4j.NotFiniteException when a sum is not finite, naming the weight
     */
    WeightSet patched(Map<String, GraphLayer> layersByWeight, List<AppliedPatch> patches) {
        Map<String, INDArray> changed = changed(layersByWeight, patches);
        TreeMap<String, SharedArray> result = new TreeMap<>();
        arrays.forEach((name, shared) -> {
            INDArray sum = changed.get(name);
            result.put(name, sum == null ? shared.retain() : new SharedArray(sum));
        });
        return new WeightSet(result);
    }

    /** The arrays by placeholder name as {@link #patched} has them, for somebody who does not outlive this set. */
    Map<String, INDArray> feeds(Map<String, GraphLayer> layersByWeight, List<AppliedPatch> patches) {
        Map<String, INDArray> feeds = feeds();
        feeds.putAll(changed(layersByWeight, patches));
        return feeds;
    }

    private Map<String, INDArray> changed(Map<String, GraphLayer> layersByWeight, List<AppliedPatch> patches) {
        // On the heap: native memory on the way would be held, closed or not, until the collector runs.
        Map<String, double[]> changes = new HashMap<>();
        SortedMap<Patch, Double> strengths = Strengths.of(patches);
        strengths.forEach(
                (patch, strength) -> patch.deltas().forEach(delta -> add(changes, layersByWeight, delta, strength)));
        Map<String, INDArray> sums = new HashMap<>();
        changes.forEach((name, change) -> sums.put(
                name,
                Finite.require(
                        sum(Named.in(arrays, name), change, Named.in(layersByWeight, name)),
                        "The numbers of '" + name + "' with " + Strengths.describe(strengths),
                        "Lower the strengths, or leave out the patch whose change is so large.")));
        return sums;
    }

    private static void add(
            Map<String, double[]> changes, Map<String, GraphLayer> layers, WeightDelta delta, double strength) {
        GraphLayer layer = layers.get(delta.weight());
        if (layer == null) {
            throw new RewriteException("The patch changes the weight '" + delta.weight()
                    + "', which this generator does not have. " + NearestNames.hint(delta.weight(), layers.keySet()));
        }
        layer.requireFits(delta);
        double[] more = delta.toDoubles();
        double[] sum = changes.computeIfAbsent(delta.weight(), name -> new double[more.length]);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += strength * more[i];
        }
    }

    private static INDArray sum(SharedArray base, double[] change, GraphLayer layer) {
        INDArray stored = base.array();
        float[] weights = NativeFloats.heap(stored);
        double[] ordered = layer.layout().fromCanonical(change, layer.layer().weightShape());
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (weights[i] + ordered[i]);
        }
        return Nd4j.create(weights, stored.shape(), 'c');
    }

    /** The arrays by placeholder name; not to be changed. */
    Map<String, INDArray> feeds() {
        Map<String, INDArray> feeds = new HashMap<>();
        arrays.forEach((name, shared) -> feeds.put(name, shared.array()));
        return feeds;
    }

    void release() {
        arrays.values().forEach(SharedArray::release);
    }
}
