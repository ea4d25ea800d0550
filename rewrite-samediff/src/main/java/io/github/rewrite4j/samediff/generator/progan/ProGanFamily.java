package io.github.rewrite4j.samediff.generator.progan;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import java.io.IOException;
import java.util.Optional;

/** Progressive GANs in the layouts of the original model zoo. */
public final class ProGanFamily extends CheckpointFamily<ProGanCheckpoint> {
    @Override
    public String name() {
        return "progan";
    }

    @Override
    public String description() {
        return "a Progressive GAN of the original model zoo, with tensors 'layer1.conv.weight', 'layer1.wscale.b' and so on, or"
                + " 'features.0.conv.weight' and so on";
    }

    @Override
    protected Optional<ProGanCheckpoint> find(TensorSource tensors, LoadOptions options) throws IOException {
        return ProGanCheckpoint.in(tensors);
    }

    @Override
    protected void check(ProGanCheckpoint found) throws IOException {
        found.requireComplete();
    }

    @Override
    protected GeneratorEstimate estimate(ProGanCheckpoint found, LoadOptions options) throws IOException {
        return found.estimate();
    }

    @Override
    protected Generator load(ProGanCheckpoint found, TensorSource tensors, LoadOptions options) throws IOException {
        return found.generator();
    }
}
