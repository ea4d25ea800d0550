package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.style.StyledFamily;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Style-based generators in the layout of the bundled avatars. */
public final class AvatarFamily implements StyledFamily {
    @Override
    public String name() {
        return "avatar";
    }

    @Override
    public String description() {
        return "the layout of the bundled avatars, with tensors 'mapping.0.weight', 'const' and 'layer0.conv.weight'";
    }

    private static Optional<AvatarCheckpoint> in(GeneratorFile file) throws IOException {
        Optional<TensorSource> tensors = file.tensors();
        return tensors.isPresent() ? AvatarCheckpoint.in(new CheckpointReader(tensors.get())) : Optional.empty();
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<AvatarCheckpoint> found = in(file);
        if (found.isEmpty()) {
            return Recognition.no();
        }
        try {
            found.get().requireComplete();
            return Recognition.yes();
        } catch (FileFormatException inPart) {
            return Recognition.nearly(inPart.problem());
        }
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return in(file).orElseThrow(() -> other(file)).estimate();
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        return in(file).orElseThrow(() -> other(file)).generator();
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "tensor names", "expected is " + description() + ".");
    }
}
