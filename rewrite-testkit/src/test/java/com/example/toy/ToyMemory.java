package com.example.toy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One or both layers of a toy, with gradients written by hand. */
final class ToyMemory implements AssociativeMemory, Trainable {
    private static final int AT_ONCE = 16;

    private final ToyNetwork base;
    private final ToyNetwork network;
    private final List<AppliedPatch> patches;
    private final InputSampler sampler;
    private final int first;
    private final int last;

    ToyMemory(ToyNetwork base, List<AppliedPatch> patches, InputSampler sampler, int first, int last) {
        this.base = base;
        this.network = base.with(patches);
        this.patches = List.copyOf(patches);
        this.sampler = sampler;
        this.first = first;
        this.last = last;
    }

    private List<Layer> layers() {
        return ToyNetwork.LAYERS.subList(first, last + 1);
    }

    @Override
    public MemorySpec spec() {
        return new MemorySpec(
                base.spec(patches),
                patches,
                layers(),
                ToyNetwork.fingerprint(base.fingerprint(), changing(0, first), "keys" + first),
                ToyNetwork.fingerprint(base.fingerprint(), changing(last + 1, 2), "decoder" + last));
    }

    private List<AppliedPatch> changing(int from, int to) {
        List<String> weights = ToyNetwork.LAYERS.subList(from, Math.max(from, to)).stream()
                .map(Layer::weight)
                .toList();
        return patches.stream()
                .filter(one -> one.patch().deltas().stream().anyMatch(delta -> weights.contains(delta.weight())))
                .toList();
    }

    @Override
    public InputSampler sampler() {
        return sampler;
    }

    @Override
    public Keys keys(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        return new Keys(network.keys(first, inputs).toArray(), Map.of());
    }

    @Override
    public Values values(Keys keys) {
        Objects.requireNonNull(keys, "keys");
        require("keys", keys.tensor(), spec().keyShape());
        return new Values(network.through(first, last, Maps.of(keys.tensor())).toArray(), Map.of());
    }

    @Override
    public INDArray decode(Values values) {
        Objects.requireNonNull(values, "values");
        require("values", values.tensor(), spec().valueShape());
        return network.through(last + 1, 1, Maps.of(values.tensor())).toArray();
    }

    private static void require(String operand, INDArray array, FeatureShape shape) {
        if (!shape.matches(array.shape())) {
            throw new RewriteException("The " + operand + " have the shape " + Arrays.toString(array.shape())
                    + ", but expected was [N, " + shape + "].");
        }
    }

    @Override
    public SortedMap<String, INDArray> weights() {
        TreeMap<String, INDArray> weights = new TreeMap<>();
        layers().forEach(layer -> weights.put(layer.weight(), Maps.canonical(network.weight(layer))));
        return weights;
    }

    @Override
    public Optional<LayerForm> form() {
        return Optional.empty();
    }

    @Override
    public KeyCovariance covariance(int samples, long seed, ProgressListener listener) {
        Inputs all = sampler.sample(samples, seed);
        ToyCovariance sum = ToyCovariance.none(spec().keyShape().channels());
        for (int from = 0; from < samples; from += AT_ONCE) {
            listener.report("key statistics", from, samples);
            sum = sum.plus(network.keys(first, all.slice(from, Math.min(samples, from + AT_ONCE))));
        }
        return sum;
    }

    @Override
    public AssociativeMemory with(Patch patch, double strength) {
        Objects.requireNonNull(patch, "patch");
        patch.requireFits(base.spec(patches));
        patch.deltas().forEach(delta -> {
            if (layers().stream().noneMatch(layer -> layer.weight().equals(delta.weight()))) {
                throw new RewriteException("'" + delta.weight() + "' lies outside of " + spec().name() + ".");
            }
        });
        List<AppliedPatch> more = new ArrayList<>(patches);
        more.add(new AppliedPatch(patch, strength));
        return new ToyMemory(base, more, sampler, first, last);
    }

    @Override
    public AssociativeMemory unpatched() {
        return new ToyMemory(base, List.of(), sampler, first, last);
    }

    @Override
    public RuleStep rule(Keys keys, Map<String, INDArray> weights) {
        Maps given = Maps.of(keys.tensor());
        double[][] mix = weights.containsKey("mix.weight") ? Maps.matrix(weights.get("mix.weight")) : network.mix();
        double[][] colour =
                weights.containsKey("colour.weight") ? Maps.matrix(weights.get("colour.weight")) : network.colour();
        ToyNetwork changed = new ToyNetwork(mix, colour);
        return new RuleStep() {
            @Override
            public Values values() {
                return new Values(changed.through(first, last, given).toArray(), Map.of());
            }

            @Override
            public SortedMap<String, INDArray> weightGradients(Values seed) {
                TreeMap<String, INDArray> gradients = new TreeMap<>();
                Maps back = Maps.of(seed.tensor());
                if (last == 1) {
                    Maps between = first == 1 ? given : changed.through(0, 0, given);
                    gradients.put("colour.weight", Maps.canonical(between.gradient(back)));
                    back = back.timesTransposed(colour);
                }
                if (first == 0) {
                    Maps seeds = back.throughLeaky(given.times(mix));
                    gradients.put("mix.weight", Maps.canonical(given.gradient(seeds)));
                }
                return gradients;
            }

            @Override
            public void close() {
                // Nothing outside of the heap.
            }
        };
    }

    @Override
    public DecoderStep decoder(Values values) {
        return new DecoderStep() {
            @Override
            public INDArray images() {
                return decode(values);
            }

            @Override
            public Values valueGradients(INDArray seed) {
                Maps back = Maps.of(seed);
                return new Values((last == 1 ? back : back.timesTransposed(network.colour())).toArray(), Map.of());
            }

            @Override
            public void close() {
                // Nothing outside of the heap.
            }
        };
    }
}
