package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Optional;
import java.util.SortedMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A memory as somebody else might write it: what it can do beyond an associative memory it offers as {@link Trainable}. */
public final class StrangersMemory implements AssociativeMemory {
    private final AssociativeMemory inner;
    private final boolean trainable;

    public StrangersMemory(AssociativeMemory inner) {
        this(inner, true);
    }

    StrangersMemory(AssociativeMemory inner, boolean trainable) {
        this.inner = inner;
        this.trainable = trainable;
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        return type == Trainable.class && trainable ? inner.capability(type) : AssociativeMemory.super.capability(type);
    }

    @Override
    public MemorySpec spec() {
        return inner.spec();
    }

    @Override
    public InputSampler sampler() {
        return inner.sampler();
    }

    @Override
    public Keys keys(Inputs inputs) {
        return inner.keys(inputs);
    }

    @Override
    public Values values(Keys keys) {
        return inner.values(keys);
    }

    @Override
    public INDArray decode(Values values) {
        return inner.decode(values);
    }

    @Override
    public SortedMap<String, INDArray> weights() {
        return inner.weights();
    }

    @Override
    public Optional<LayerForm> form() {
        return inner.form();
    }

    @Override
    public KeyCovariance covariance(int samples, long seed, ProgressListener listener) {
        return inner.covariance(samples, seed, listener);
    }

    @Override
    public AssociativeMemory with(Patch patch, double strength) {
        return new StrangersMemory(inner.with(patch, strength), trainable);
    }

    @Override
    public AssociativeMemory unpatched() {
        return new StrangersMemory(inner.unpatched(), trainable);
    }
}
