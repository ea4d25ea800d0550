package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.Backend;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * Files that {@link io.github.rewrite4j.latent.ExpandedGenerator#save} wrote: style-based generators with domains in their
 * latent space.
 */
public final class ExpandedFamily implements StyledFamily {
    @Override
    public String name() {
        return "expanded";
    }

    @Override
    public String description() {
        return "a generator with new domains that this library saved as safetensors";
    }

    private static Optional<SafeTensors> in(GeneratorFile file) throws IOException {
        return file.tensors().orElse(null) instanceof SafeTensors tensors && ExpandedFile.isOne(tensors)
                ? Optional.of(tensors)
                : Optional.empty();
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<SafeTensors> tensors = in(file);
        if (tensors.isEmpty()) {
            return Recognition.no();
        }
        try {
            ExpandedFile.requireVersion(tensors.get());
            return Recognition.yes();
        } catch (FileFormatException newer) {
            return Recognition.nearly(newer.problem());
        }
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return ExpandedFile.estimate(in(file).orElseThrow(() -> other(file)));
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        return ExpandedStyleGan2.of(in(file).orElseThrow(() -> other(file)));
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "key 'kind'", "expected is " + description() + ".");
    }
}
