package com.example.toy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.UnknownLayerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A generator that knows nothing of graphs. */
final class ToyGenerator implements Generator {
    private final ToyNetwork base;
    private final List<AppliedPatch> patches;
    private final InputSampler sampler;
    private final AtomicBoolean closed = new AtomicBoolean();

    ToyGenerator(ToyNetwork base) {
        this(base, List.of(), new ToySampler());
    }

    private ToyGenerator(ToyNetwork base, List<AppliedPatch> patches, InputSampler sampler) {
        this.base = base;
        this.patches = List.copyOf(patches);
        this.sampler = sampler;
        base.with(patches);
    }

    @Override
    public GeneratorSpec spec() {
        return base.spec(patches);
    }

    @Override
    public InputSampler sampler() {
        return sampler;
    }

    @Override
    public INDArray generate(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        requireOpen();
        return base.with(patches).through(0, 1, ToyNetwork.entrance(inputs)).toArray();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("This generator is closed.");
        }
    }

    @Override
    public List<Layer> layers() {
        return ToyNetwork.LAYERS;
    }

    @Override
    public AssociativeMemory memory(String first, String last) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(last, "last");
        requireOpen();
        int from = index(first);
        int to = index(last);
        if (from > to) {
            throw new IllegalArgumentException("'" + last + "' comes before '" + first + "'.");
        }
        return new ToyMemory(base, patches, sampler, from, to);
    }

    private static int index(String name) {
        return ToyNetwork.LAYERS.stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnknownLayerException(
                        name, ToyNetwork.LAYERS.stream().map(Layer::name).toList()))
                .index();
    }

    @Override
    public Generator withSampler(InputSampler other) {
        Objects.requireNonNull(other, "other");
        return new ToyGenerator(base, patches, other);
    }

    @Override
    public List<AppliedPatch> patches() {
        return patches;
    }

    @Override
    public Generator with(Patch patch, double strength) {
        Objects.requireNonNull(patch, "patch");
        patch.requireFits(spec());
        List<AppliedPatch> more = new ArrayList<>(patches);
        more.add(new AppliedPatch(patch, strength));
        return new ToyGenerator(base, more, sampler);
    }

    @Override
    public Generator without(Patch patch) {
        Objects.requireNonNull(patch, "patch");
        List<AppliedPatch> fewer =
                patches.stream().filter(one -> !one.patch().equals(patch)).toList();
        if (fewer.size() == patches.size()) {
            throw new IllegalArgumentException("The patch is not in force.");
        }
        return new ToyGenerator(base, fewer, sampler);
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
