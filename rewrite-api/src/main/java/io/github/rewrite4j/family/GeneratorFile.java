package io.github.rewrite4j.family;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that may hold a generator, open for families to look at. Where it is a file of named tensors (safetensors, a
 * PyTorch checkpoint, npz) these are opened once, when a family first asks; other formats are read by {@link #path}.
 *
 * <p>Used by one thread.
 */
public final class GeneratorFile implements Closeable {
    private static final int LOOKED_AT = 512;

    private final String label;
    private final @Nullable Path path;
    private final byte[] start;
    private @Nullable TensorSource tensors;
    private @Nullable FileFormatException refusal;

    private GeneratorFile(String label, @Nullable Path path, byte[] start, @Nullable TensorSource tensors) {
        this.label = label;
        this.path = path;
        this.start = start;
        this.tensors = tensors;
    }

    /**
     * Opens a file; nothing but its first {@value #LOOKED_AT} bytes is read.
     *
     * @throws IOException if there is no such file or it cannot be read
     */
    public static GeneratorFile open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    Files.isDirectory(path) ? "this is a folder; name a file in it" : "this is no regular file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new GeneratorFile(path.toString(), path, in.readNBytes(LOOKED_AT), null);
        }
    }

    /**
     * Tensors that are open already, for instance those of a stream; closed with the file.
     *
     * @param tensors what families look at
     */
    public static GeneratorFile of(TensorSource tensors) {
        return new GeneratorFile(tensors.label(), null, new byte[0], tensors);
    }

    /** What error messages call the file. */
    public String label() {
        return label;
    }

    /** Where the file lies; empty for tensors of a stream. */
    public Optional<Path> path() {
        return Optional.ofNullable(path);
    }

    /** The first bytes of the file, {@value #LOOKED_AT} at most; none for tensors of a stream. */
    public byte[] start() {
        return start.clone();
    }

    /**
     * The tensors of the file; empty if it is of a format that is no list of named tensors, which {@link #refusal} then
     * explains.
     *
     * @throws IOException if the file cannot be read
     */
    public Optional<TensorSource> tensors() throws IOException {
        if (tensors == null && refusal == null && path != null) {
            try {
                tensors = TensorSource.open(path);
            } catch (FileFormatException other) {
                refusal = other;
            }
        }
        return Optional.ofNullable(tensors);
    }

    /**
     * Why the file holds no {@linkplain #tensors tensors}: it is of another format, damaged, or a pickle of somebody's
     * own classes ({@link io.github.rewrite4j.io.torch.ForeignPickleException}, which lists them).
     *
     * @throws IOException if the file cannot be read
     */
    public Optional<FileFormatException> refusal() throws IOException {
        return tensors().isPresent() ? Optional.empty() : Optional.ofNullable(refusal);
    }

    /**
     * The metadata of a safetensors file; empty for every other format.
     *
     * @throws IOException if the file cannot be read
     */
    public Map<String, String> metadata() throws IOException {
        return tensors().orElse(null) instanceof SafeTensors file ? file.metadata() : Map.of();
    }

    @Override
    public void close() throws IOException {
        if (tensors != null) {
            tensors.close();
        }
    }
}
