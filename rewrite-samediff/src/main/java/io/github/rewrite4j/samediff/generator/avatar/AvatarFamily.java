package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.style.StyledFamily;
import java.io.IOException;
import java.util.Optional;

/** Style-based generators in the layout of the bundled avatars. */
public final class AvatarFamily extends CheckpointFamily<AvatarCheckpoint> implements StyledFamily {
    @Override
    public String name() {
        return "avatar";
    }

    @Override
    public String description() {
        return "the layout of the bundled avatars, with tensors 'mapping.0.weight', 'const' and 'layer0.conv.weight'";
    }

    @Override
    protected Optional<AvatarCheckpoint> find(TensorSource tensors, LoadOptions options) throws IOException {
        return AvatarCheckpoint.in(new CheckpointReader(tensors));
    }

    @Override
    protected void check(AvatarCheckpoint found) throws IOException {
        found.requireComplete();
    }

    @Override
    protected GeneratorEstimate estimate(AvatarCheckpoint found, LoadOptions options) throws IOException {
        return found.estimate();
    }

    @Override
    protected Generator load(AvatarCheckpoint found, TensorSource tensors, LoadOptions options) throws IOException {
        return found.generator();
    }
}
