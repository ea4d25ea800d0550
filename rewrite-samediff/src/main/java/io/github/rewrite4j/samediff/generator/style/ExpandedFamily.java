package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import java.io.IOException;
import java.util.Optional;

/**
 * Files that {@link io.github.rewrite4j.latent.ExpandedGenerator#save} wrote: style-based generators with domains in their
 * latent space.
 */
public final class ExpandedFamily extends CheckpointFamily<SafeTensors> implements StyledFamily {
    @Override
    public String name() {
        return "expanded";
    }

    @Override
    protected String told() {
        return "key 'kind'";
    }

    @Override
    public String description() {
        return "a generator with new domains that this library saved as safetensors";
    }

    @Override
    protected Optional<SafeTensors> find(TensorSource tensors, LoadOptions options) throws IOException {
        return tensors instanceof SafeTensors file && ExpandedFile.isOne(file) ? Optional.of(file) : Optional.empty();
    }

    @Override
    protected void check(SafeTensors found) throws IOException {
        ExpandedFile.requireVersion(found);
    }

    @Override
    protected GeneratorEstimate estimate(SafeTensors found, LoadOptions options) throws IOException {
        return ExpandedFile.estimate(found);
    }

    @Override
    protected Generator load(SafeTensors found, TensorSource tensors, LoadOptions options) throws IOException {
        return ExpandedStyleGan2.of(found);
    }
}
