package io.github.rewrite4j.samediff.generator.progan;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Progressive GANs in the layouts of the original model zoo. */
public final class ProGanFamily implements GeneratorFamily {
    @Override
    public String name() {
        return "progan";
    }

    @Override
    public String description() {
        return "a Progressive GAN of the original model zoo, with tensors 'layer1.conv.weight', 'layer1.wscale.b' and so on, or"
                + " 'features.0.conv.weight' and so on";
    }

    private static Optional<ProGanCheckpoint> in(GeneratorFile file) throws IOException {
        Optional<TensorSource> tensors = file.tensors();
        return tensors.isPresent() ? ProGanCheckpoint.in(tensors.get()) : Optional.empty();
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<ProGanCheckpoint> found = in(file);
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
