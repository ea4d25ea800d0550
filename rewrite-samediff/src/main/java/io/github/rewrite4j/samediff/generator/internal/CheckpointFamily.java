package io.github.rewrite4j.samediff.generator.internal;

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

/**
 * A family that tells its files by their tensors.
 *
 * @param <C> what it finds in them
 */
public abstract class CheckpointFamily<C> implements GeneratorFamily {
    /** What bears the marks of the family in a file, complete or not. */
    protected abstract Optional<C> find(TensorSource tensors, LoadOptions options) throws IOException;

    /**
     * Looks whether everything is there.
     *
     * @throws FileFormatException naming what is not
     */
    protected abstract void check(C found) throws IOException;

    /** What it needs. */
    protected abstract GeneratorEstimate estimate(C found, LoadOptions options) throws IOException;

    /** Loads it. */
    protected abstract Generator load(C found, TensorSource tensors, LoadOptions options) throws IOException;

    /** By what a file is told, for messages about others. */
    protected String told() {
        return "tensor names";
    }

    @Override
    public final Recognition recognise(GeneratorFile file) throws IOException {
        Objects.requireNonNull(file, "file");
        Optional<TensorSource> tensors = file.tensors();
        Optional<C> found = tensors.isPresent() ? find(tensors.get(), LoadOptions.none()) : Optional.empty();
        if (found.isEmpty()) {
            return Recognition.no();
        }
        try {
            check(found.get());
            return Recognition.yes();
        } catch (FileFormatException inPart) {
            return Recognition.nearly(inPart.problem());
        }
    }

    @Override
    public final GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return estimate(find(tensors(file), options).orElseThrow(() -> other(file)), options);
    }

    @Override
    public final Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        TensorSource tensors = tensors(file);
        return load(find(tensors, options).orElseThrow(() -> other(file)), tensors, options);
    }

    private TensorSource tensors(GeneratorFile file) throws IOException {
        Optional<TensorSource> tensors = file.tensors();
        if (tensors.isEmpty()) {
            throw other(file);
        }
        return tensors.get();
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), told(), "expected is " + description() + ".");
    }
}
