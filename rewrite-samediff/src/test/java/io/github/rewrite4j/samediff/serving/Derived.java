package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A generator around another one, and so are those derived from it. */
abstract class Derived implements Generator {
    final Generator inner;

    Derived(Generator inner) {
        this.inner = inner;
    }

    abstract Generator wrap(Generator derived);

    @Override
    public GeneratorSpec spec() {
        return inner.spec();
    }

    @Override
    public InputSampler sampler() {
        return inner.sampler();
    }

    @Override
    public INDArray generate(Inputs inputs) {
        return inner.generate(inputs);
    }

    @Override
    public List<Layer> layers() {
        return inner.layers();
    }

    @Override
    public AssociativeMemory memory(String first, String last) {
        return inner.memory(first, last);
    }

    @Override
    public Generator withSampler(InputSampler sampler) {
        return wrap(inner.withSampler(sampler));
    }

    @Override
    public List<AppliedPatch> patches() {
        return inner.patches();
    }

    @Override
    public Generator with(Patch patch, double strength) {
        return wrap(inner.with(patch, strength));
    }

    @Override
    public Generator without(Patch patch) {
        return wrap(inner.without(patch));
    }

    @Override
    public void close() {
        inner.close();
    }
}
